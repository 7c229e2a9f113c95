// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Value;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One trait.
 *
 * @param name one of :data:{@code DATA}
 * @param value a word, or a number: a share of 1, days or months
 * @param confidence 0 to 1, as of the day; what rests on old things fades
 * @param source who says so
 * @param asOf the day it holds for
 * @param restsOn latest day of what it rests on; null where it is the person's word
 * @param halfLifeDays after so many days without anything new half of the confidence is left; null for ever
 * @param evidence vault ids of transactions, ascending
 * @param events app events that it rests on, counted by name
 * @param purposes every purpose that it took
 * @param data data categories that it is worked out from
 */
public record Trait(
        String name,
        Value value,
        double confidence,
        Source source,
        LocalDate asOf,
        @Nullable LocalDate restsOn,
        @Nullable Long halfLifeDays,
        List<Long> evidence,
        List<EventCount> events,
        List<String> purposes,
        List<String> data) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Trait fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Trait(
                Read.field(fields, "name", Read::text),
                Read.field(fields, "value", Value::fromWire),
                Read.field(fields, "confidence", Read::number),
                Read.field(fields, "source", Source::fromWire),
                Read.field(fields, "as_of", Read::day),
                Read.field(fields, "rests_on", v0 -> Read.optional(v0, Read::day)),
                Read.field(fields, "half_life_days", v0 -> Read.optional(v0, Read::whole)),
                Read.field(fields, "evidence", v0 -> Read.list(v0, Read::whole)),
                Read.field(fields, "events", v0 -> Read.list(v0, EventCount::fromWire)),
                Read.field(fields, "purposes", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "data", v0 -> Read.list(v0, Read::text)));
    }
}
