// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A report that left this device, or may have.
 *
 * @param signal identifier
 * @param windowFrom first day of the window that it is of; null where it is not known any more, or it is counted as
 *     it stood
 * @param at moment of the first attempt
 * @param attempts how often the same bytes were sent
 * @param state {@code taken}; {@code refused}; or {@code may_have_left} where that is all that is known: no answer
 *     came, or one to a later attempt that does not tell whether the first was taken
 * @param entries the numbers that were split; by their places where it is not known any more what they count
 * @param bytes length of the report
 * @param sha256 of the report, hexadecimal
 * @param reportId as the servers know it, hexadecimal
 * @param taskId of the task, hexadecimal
 * @param purposes every purpose under whose consent it left
 * @param noise who blurs it, and how, in words; empty where it is not known any more
 */
public record SentReport(
        String signal,
        @Nullable LocalDate windowFrom,
        Instant at,
        long attempts,
        String state,
        List<Entry> entries,
        long bytes,
        String sha256,
        String reportId,
        String taskId,
        List<String> purposes,
        String noise) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static SentReport fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new SentReport(
                Read.field(fields, "signal", Read::text),
                Read.field(fields, "window_from", v0 -> Read.optional(v0, Read::day)),
                Read.field(fields, "at", Read::moment),
                Read.field(fields, "attempts", Read::whole),
                Read.field(fields, "state", Read::text),
                Read.field(fields, "entries", v0 -> Read.list(v0, Entry::fromWire)),
                Read.field(fields, "bytes", Read::whole),
                Read.field(fields, "sha256", Read::text),
                Read.field(fields, "report_id", Read::text),
                Read.field(fields, "task_id", Read::text),
                Read.field(fields, "purposes", v0 -> Read.list(v0, Read::text), List.of()),
                Read.field(fields, "noise", Read::text, ""));
    }
}
