// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A category costs more a month than it did; {@code move} from the budget of {@code source} a month evens it out.
 *
 * @param category as its name says
 * @param amount as its name says
 * @param usual as its name says
 * @param source as its name says
 * @param move as its name says
 * @param aYear as its name says
 */
public record CategoryDrift(
        String category,
        Money amount,
        Money usual,
        String source,
        Money move,
        Money aYear) implements MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static CategoryDrift fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new CategoryDrift(
                Read.field(fields, "category", Read::text),
                Read.field(fields, "amount", Money::fromWire),
                Read.field(fields, "usual", Money::fromWire),
                Read.field(fields, "source", Read::text),
                Read.field(fields, "move", Money::fromWire),
                Read.field(fields, "a_year", Money::fromWire));
    }
}
