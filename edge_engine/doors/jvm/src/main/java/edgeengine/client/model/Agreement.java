// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the person agreed to, word by word, so that no later policy can make it more.
 *
 * @param policy version of the policy
 * @param digest sHA-256 of the policy's files, hexadecimal
 * @param issued day of the policy
 * @param controller who answered for the processing
 * @param title as the person saw it
 * @param why as the person saw it
 * @param gained as the person saw it
 * @param lost as the person saw it
 * @param terms what the purpose was in the Data Privacy Vocabulary
 * @param days how long consent was to hold
 * @param rules every rule that spoke about the purpose
 * @param columns the store's columns of each data category that the rules allow
 * @param counting what may be counted over many people; None for a purpose that sends nothing to aggregators, and
 *     for a consent from before this was kept, which allows no signal
 */
public record Agreement(
        String policy,
        String digest,
        LocalDate issued,
        Controller controller,
        String title,
        String why,
        String gained,
        String lost,
        List<String> terms,
        long days,
        List<Rule> rules,
        Map<String, List<String>> columns,
        @Nullable Counting counting) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Agreement fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Agreement(
                Read.field(fields, "policy", Read::text),
                Read.field(fields, "digest", Read::text),
                Read.field(fields, "issued", Read::day),
                Read.field(fields, "controller", Controller::fromWire),
                Read.field(fields, "title", Read::text),
                Read.field(fields, "why", Read::text),
                Read.field(fields, "gained", Read::text),
                Read.field(fields, "lost", Read::text),
                Read.field(fields, "terms", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "days", Read::whole),
                Read.field(fields, "rules", v0 -> Read.list(v0, Rule::fromWire)),
                Read.field(fields, "columns", v0 -> Read.map(v0, v1 -> Read.list(v1, Read::text))),
                Read.field(fields, "counting", v0 -> Read.optional(v0, Counting::fromWire), null));
    }
}
