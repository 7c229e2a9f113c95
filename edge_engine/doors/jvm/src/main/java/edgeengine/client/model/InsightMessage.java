// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of several kinds of messages; a newer engine may tell kinds that are not known here. */
public sealed interface InsightMessage permits
        PriceRise,
        Overlap,
        DuplicateCharge,
        FeesPaid,
        SpendingUp,
        SpendingDown,
        Shortfall,
        UnknownInsightMessage {
    /**
     * Reads what the engine writes.
     *
     * @param value plain values
     * @return the record of its kind
     */
    static InsightMessage fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        String kind = Read.field(fields, "key", Read::text);
        return switch (kind) {
            case "price_rise" -> PriceRise.fromWire(value);
            case "subscription_overlap" -> Overlap.fromWire(value);
            case "duplicate_charge" -> DuplicateCharge.fromWire(value);
            case "fees_paid" -> FeesPaid.fromWire(value);
            case "spending_up" -> SpendingUp.fromWire(value);
            case "spending_down" -> SpendingDown.fromWire(value);
            case "shortfall" -> Shortfall.fromWire(value);
            default -> new UnknownInsightMessage(kind, Read.map(value, Read::plain));
        };
    }
}
