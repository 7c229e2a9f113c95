// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Another town; both are words of the bank's texts.
 *
 * @param old as its name says
 * @param newValue as its name says
 * @param since as its name says
 */
public record NewTown(String old, String newValue, LocalDate since) implements HypothesisMessage, MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static NewTown fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new NewTown(
                Read.field(fields, "old", Read::text),
                Read.field(fields, "new", Read::text),
                Read.field(fields, "since", Read::day));
    }
}
