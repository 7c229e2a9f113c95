// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a correction did.
 *
 * @param transactionId the transaction that was corrected
 * @param category what it is now; None where it is not categorized any more
 * @param changed how many transactions have another category than before
 * @param merchant key of the merchant that it holds for, where money goes the same way; empty where it holds for
 *     this transaction alone
 * @param alone why it holds for this transaction alone: {@code asked}, {@code no_name} where its text has no letter
 *     or digit to know others by, {@code bank_words} where its text names nobody beside the bank's own words; else
 *     empty
 */
public record Taught(long transactionId, @Nullable String category, long changed, String merchant, String alone) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Taught fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Taught(
                Read.field(fields, "transaction_id", Read::whole),
                Read.field(fields, "category", v0 -> Read.optional(v0, Read::text)),
                Read.field(fields, "changed", Read::whole),
                Read.field(fields, "merchant", Read::text, ""),
                Read.field(fields, "alone", Read::text, ""));
    }
}
