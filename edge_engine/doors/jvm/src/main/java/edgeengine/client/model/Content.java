// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Value;
import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is shown of a review, and so everything that an approval is bound to.
 *
 * @param schema 1
 * @param review identifier of the review, 128 random bits in hexadecimal
 * @param kind of the review
 * @param level of the kind
 * @param title of the kind
 * @param proposer {@code engine}, {@code person}, or an adviser's identifier
 * @param advice what the engine would say: {@code approve}, {@code reject} or nothing
 * @param terms what would be done
 * @param evidence why
 * @param asked questions and answers so far
 * @param due first moment, in Unix seconds, at which it cannot be decided any more
 */
public record Content(
        long schema,
        String review,
        String kind,
        long level,
        String title,
        String proposer,
        String advice,
        Map<String, Value> terms,
        List<ReviewEvidence> evidence,
        List<Question> asked,
        long due) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Content fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Content(
                Read.field(fields, "schema", Read::whole),
                Read.field(fields, "review", Read::text),
                Read.field(fields, "kind", Read::text),
                Read.field(fields, "level", Read::whole),
                Read.field(fields, "title", Read::text),
                Read.field(fields, "proposer", Read::text),
                Read.field(fields, "advice", Read::text),
                Read.field(fields, "terms", v0 -> Read.map(v0, Value::fromWire)),
                Read.field(fields, "evidence", v0 -> Read.list(v0, ReviewEvidence::fromWire)),
                Read.field(fields, "asked", v0 -> Read.list(v0, Question::fromWire)),
                Read.field(fields, "due", Read::whole));
    }
}
