// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One finding.
 *
 * @param id a hash of its kind and what it rests on: the same today and tomorrow
 * @param kind what was found, such as {@code duplicate_charge}
 * @param asOf the day it was found for
 * @param severity how soon the person should look
 * @param confidence 0 to 1
 * @param evidence vault ids of the transactions it rests on, ascending
 * @param message what to say, without a language
 * @param moneyAYear what it is worth to the person in a year, positive; null where that cannot be said
 * @param purposes every purpose that it took to find it
 */
public record Insight(
        String id,
        String kind,
        LocalDate asOf,
        Severity severity,
        double confidence,
        List<Long> evidence,
        InsightMessage message,
        @Nullable Money moneyAYear,
        List<String> purposes) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Insight fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Insight(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "kind", Read::text),
                Read.field(fields, "as_of", Read::day),
                Read.field(fields, "severity", Severity::fromWire),
                Read.field(fields, "confidence", Read::number),
                Read.field(fields, "evidence", v0 -> Read.list(v0, Read::whole)),
                Read.field(fields, "message", InsightMessage::fromWire),
                Read.field(fields, "money_a_year", v0 -> Read.optional(v0, Money::fromWire)),
                Read.field(fields, "purposes", v0 -> Read.list(v0, Read::text)));
    }
}
