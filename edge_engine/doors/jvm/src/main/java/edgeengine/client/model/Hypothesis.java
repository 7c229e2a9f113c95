// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that may be true of the person's life, which only the person knows.
 *
 * @param id stable: a hash of its kind and of what it rests on at its beginning
 * @param kind {@code job}, {@code home}, {@code child}, {@code relocation} or {@code investing}
 * @param asOf the day it was found for
 * @param since when it is thought to have happened or begun
 * @param confidence 0 to 1
 * @param signs everything that counted, strongest first, also what has no single payment; stable words
 * @param evidence the payments behind the signs, in that order
 * @param message the question, without a language
 * @param purposes every purpose that it took
 * @param answer what the person said; {@code not_true} is for ever and never shown again
 */
public record Hypothesis(
        String id,
        String kind,
        LocalDate asOf,
        LocalDate since,
        double confidence,
        List<String> signs,
        List<Evidence> evidence,
        HypothesisMessage message,
        List<String> purposes,
        Answer answer) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Hypothesis fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Hypothesis(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "kind", Read::text),
                Read.field(fields, "as_of", Read::day),
                Read.field(fields, "since", Read::day),
                Read.field(fields, "confidence", Read::number),
                Read.field(fields, "signs", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "evidence", v0 -> Read.list(v0, Evidence::fromWire)),
                Read.field(fields, "message", HypothesisMessage::fromWire),
                Read.field(fields, "purposes", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "answer", Answer::fromWire, Answer.OPEN));
    }
}
