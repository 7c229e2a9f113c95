// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Value;
import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One number that an assessment rests on.
 *
 * @param name in snake case
 * @param value an amount, a whole number, or a word
 * @param data its data category
 * @param purposes every purpose that it took
 */
public record LoanFigure(String name, Value value, String data, List<String> purposes) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static LoanFigure fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new LoanFigure(
                Read.field(fields, "name", Read::text),
                Read.field(fields, "value", Value::fromWire),
                Read.field(fields, "data", Read::text),
                Read.field(fields, "purposes", v0 -> Read.list(v0, Read::text)));
    }
}
