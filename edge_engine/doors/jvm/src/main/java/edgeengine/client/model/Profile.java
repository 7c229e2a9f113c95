// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A segment of one.
 *
 * @param asOf the day it holds for
 * @param traits what is known, each with its evidence
 * @param archetype what they add up to
 * @param because why, as a clause for people
 * @param restsOn names of the traits whose conditions made it so
 * @param hints how the app may arrange itself
 * @param notTrue names of traits of which the person said that they are not true; nothing is inferred there
 */
public record Profile(
        LocalDate asOf,
        List<Trait> traits,
        String archetype,
        String because,
        List<String> restsOn,
        Hints hints,
        List<String> notTrue) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Profile fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Profile(
                Read.field(fields, "as_of", Read::day),
                Read.field(fields, "traits", v0 -> Read.list(v0, Trait::fromWire)),
                Read.field(fields, "archetype", Read::text),
                Read.field(fields, "because", Read::text),
                Read.field(fields, "rests_on", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "hints", Hints::fromWire),
                Read.field(fields, "not_true", v0 -> Read.list(v0, Read::text)));
    }
}
