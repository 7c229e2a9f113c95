// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Payments that belong together and come again.
 *
 * @param id stable while payments are added: a hash of its first payment and its cadence
 * @param kind what it is to the person
 * @param merchant merchant key
 * @param leaf taxonomy code of most of its payments, 0 where not categorized
 * @param account vault id of the account of its last payment
 * @param schedule when it is due
 * @param status whether it still runs
 * @param first booking day of the first payment
 * @param last booking day of the last payment
 * @param expected amount of the next payment, signed: negative leaves the account
 * @param low least of the amounts to expect, by magnitude
 * @param high greatest of the amounts to expect, by magnitude
 * @param varying whether amounts differ from payment to payment, as for energy
 * @param aYear signed amount of a year of payments; nothing is subtracted where the stream has ended
 * @param next next due day; null where the stream has ended
 * @param nextFirst first day of the window of the next payment
 * @param nextLast last day of the window of the next payment
 * @param missed slots without a payment between the first and the last payment
 * @param change the latest price change; null where there was none
 * @param confidence 0 to 1
 * @param evidence vault ids of its payments, in order
 */
public record Stream(
        String id,
        StreamKind kind,
        String merchant,
        long leaf,
        long account,
        Schedule schedule,
        Status status,
        LocalDate first,
        LocalDate last,
        Money expected,
        Money low,
        Money high,
        boolean varying,
        Money aYear,
        @Nullable LocalDate next,
        @Nullable LocalDate nextFirst,
        @Nullable LocalDate nextLast,
        long missed,
        @Nullable PriceChange change,
        double confidence,
        List<Long> evidence) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Stream fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Stream(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "kind", StreamKind::fromWire),
                Read.field(fields, "merchant", Read::text),
                Read.field(fields, "leaf", Read::whole),
                Read.field(fields, "account", Read::whole),
                Read.field(fields, "schedule", Schedule::fromWire),
                Read.field(fields, "status", Status::fromWire),
                Read.field(fields, "first", Read::day),
                Read.field(fields, "last", Read::day),
                Read.field(fields, "expected", Money::fromWire),
                Read.field(fields, "low", Money::fromWire),
                Read.field(fields, "high", Money::fromWire),
                Read.field(fields, "varying", Read::truth),
                Read.field(fields, "a_year", Money::fromWire),
                Read.field(fields, "next", v0 -> Read.optional(v0, Read::day)),
                Read.field(fields, "next_first", v0 -> Read.optional(v0, Read::day)),
                Read.field(fields, "next_last", v0 -> Read.optional(v0, Read::day)),
                Read.field(fields, "missed", Read::whole),
                Read.field(fields, "change", v0 -> Read.optional(v0, PriceChange::fromWire)),
                Read.field(fields, "confidence", Read::number),
                Read.field(fields, "evidence", v0 -> Read.list(v0, Read::whole)));
    }
}
