// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An amount that can be put aside: the balance most likely stays above {@code floor} until a day even so.
 *
 * @param amount as its name says
 * @param floor as its name says
 * @param until as its name says
 * @param aYear as its name says
 */
public record SafeToSave(Money amount, Money floor, LocalDate until, Money aYear) implements MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static SafeToSave fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new SafeToSave(
                Read.field(fields, "amount", Money::fromWire),
                Read.field(fields, "floor", Money::fromWire),
                Read.field(fields, "until", Read::day),
                Read.field(fields, "a_year", Money::fromWire));
    }
}
