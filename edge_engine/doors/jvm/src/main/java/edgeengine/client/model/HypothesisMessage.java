// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of several kinds of messages; a newer engine may tell kinds that are not known here. */
public sealed interface HypothesisMessage permits
        NewJob,
        NewHome,
        NewChild,
        NewTown,
        InvestsAlready,
        CouldInvest,
        UnknownHypothesisMessage {
    /**
     * Reads what the engine writes.
     *
     * @param value plain values
     * @return the record of its kind
     */
    static HypothesisMessage fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        String kind = Read.field(fields, "key", Read::text);
        return switch (kind) {
            case "life_job" -> NewJob.fromWire(value);
            case "life_home" -> NewHome.fromWire(value);
            case "life_child" -> NewChild.fromWire(value);
            case "life_relocation" -> NewTown.fromWire(value);
            case "invests_already" -> InvestsAlready.fromWire(value);
            case "could_invest" -> CouldInvest.fromWire(value);
            default -> new UnknownHypothesisMessage(kind, Read.map(value, Read::plain));
        };
    }
}
