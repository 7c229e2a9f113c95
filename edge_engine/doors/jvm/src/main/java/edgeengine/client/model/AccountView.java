// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One account with its latest known balance.
 *
 * @param id the store's identifier
 * @param key iBAN, bank and number, or the provider's id
 * @param currency iSO 4217 code
 * @param kind an {@code AccountKind}
 * @param name words for people; may be empty
 * @param transactions how many are stored
 * @param balance latest booked balance that a feed stated, None where none did
 * @param balanceDay day of that balance
 */
public record AccountView(
        long id,
        String key,
        String currency,
        String kind,
        String name,
        long transactions,
        @Nullable Money balance,
        @Nullable LocalDate balanceDay) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static AccountView fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new AccountView(
                Read.field(fields, "id", Read::whole),
                Read.field(fields, "key", Read::text),
                Read.field(fields, "currency", Read::text),
                Read.field(fields, "kind", Read::text),
                Read.field(fields, "name", Read::text),
                Read.field(fields, "transactions", Read::whole),
                Read.field(fields, "balance", v0 -> Read.optional(v0, Money::fromWire), null),
                Read.field(fields, "balance_day", v0 -> Read.optional(v0, Read::day), null));
    }
}
