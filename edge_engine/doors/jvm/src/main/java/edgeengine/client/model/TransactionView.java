// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One transaction as the person sees it.
 *
 * @param id the store's identifier
 * @param date booking date
 * @param amount signed: negative leaves the account
 * @param account key of the account
 * @param description as the bank wrote it
 * @param merchant the merchant's stable key
 * @param counterparty name of the other side; empty where unknown
 * @param status {@code posted} or {@code pending}
 * @param category leaf id of the taxonomy; None where not categorized
 * @param confidence of the category, 0 to 1
 * @param source who said so: {@code model}, {@code guess} where the model is not sure, {@code mcc}, {@code hint},
 *     {@code correction} or {@code variant}; empty where not categorized
 * @param transfer whether it is half of a movement between the person's own accounts
 * @param feed format of the feed that brought it first
 * @param follows where the source is {@code variant}, the key of the merchant that was corrected, whose category it
 *     has; otherwise empty. {@code uncorrect} lets it follow nobody
 */
public record TransactionView(
        long id,
        LocalDate date,
        Money amount,
        String account,
        String description,
        String merchant,
        String counterparty,
        String status,
        @Nullable String category,
        double confidence,
        String source,
        boolean transfer,
        String feed,
        String follows) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static TransactionView fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new TransactionView(
                Read.field(fields, "id", Read::whole),
                Read.field(fields, "date", Read::day),
                Read.field(fields, "amount", Money::fromWire),
                Read.field(fields, "account", Read::text),
                Read.field(fields, "description", Read::text),
                Read.field(fields, "merchant", Read::text),
                Read.field(fields, "counterparty", Read::text),
                Read.field(fields, "status", Read::text),
                Read.field(fields, "category", v0 -> Read.optional(v0, Read::text)),
                Read.field(fields, "confidence", Read::number),
                Read.field(fields, "source", Read::text),
                Read.field(fields, "transfer", Read::truth),
                Read.field(fields, "feed", Read::text),
                Read.field(fields, "follows", Read::text, ""));
    }
}
