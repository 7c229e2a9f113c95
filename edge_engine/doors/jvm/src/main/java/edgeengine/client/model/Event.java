// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the engine tells by itself; a newer engine may tell kinds that are not known here. */
public sealed interface Event permits
        MomentEvent,
        DecisionEvent,
        ReviewEvent,
        SyncEvent,
        ProgressEvent,
        UnknownEvent {
    /**
     * Reads what the engine writes.
     *
     * @param value plain values
     * @return the record of its kind
     */
    static Event fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        String kind = Read.field(fields, "kind", Read::text);
        return switch (kind) {
            case "moment" -> MomentEvent.fromWire(value);
            case "decision" -> DecisionEvent.fromWire(value);
            case "review" -> ReviewEvent.fromWire(value);
            case "sync" -> SyncEvent.fromWire(value);
            case "progress" -> ProgressEvent.fromWire(value);
            default -> new UnknownEvent(kind, Read.map(value, Read::plain));
        };
    }
}
