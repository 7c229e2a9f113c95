// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One allowance or prohibition: every combination of what its lists name.
 *
 * @param id identifier in kebab case; explanations name it
 * @param purpose a purpose's id; {@code *} for all, in prohibitions alone
 * @param effect allow or deny; deny wins
 * @param gates where it holds
 * @param data data categories. An allowance covers those; a prohibition strikes any use that has one of them
 * @param recipients who may see it; {@code *} for all, in prohibitions alone
 * @param says the rule as a clause for people, without a full stop
 * @param channels where it may be delivered. An allowance without channels is about undelivered use alone; a
 *     prohibition without channels is about every use
 * @param until first day, UTC, on which an allowance no longer holds
 */
public record Rule(
        String id,
        String purpose,
        Effect effect,
        List<Gate> gates,
        List<String> data,
        List<String> recipients,
        String says,
        List<DeliveryChannel> channels,
        @Nullable LocalDate until) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Rule fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Rule(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "purpose", Read::text),
                Read.field(fields, "effect", Effect::fromWire),
                Read.field(fields, "gates", v0 -> Read.list(v0, Gate::fromWire)),
                Read.field(fields, "data", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "recipients", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "says", Read::text),
                Read.field(fields, "channels", v0 -> Read.list(v0, DeliveryChannel::fromWire), List.of()),
                Read.field(fields, "until", v0 -> Read.optional(v0, Read::day), null));
    }
}
