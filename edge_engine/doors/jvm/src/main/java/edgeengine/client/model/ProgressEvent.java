// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a long request is; the last one before its answer need not be told.
 *
 * @param id of the request
 * @param done bytes that were read
 * @param total bytes there are; 0 where that is not known
 * @param added transactions that are new so far
 * @param duplicates transactions that were known already
 */
public record ProgressEvent(long id, long done, long total, long added, long duplicates) implements Event {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static ProgressEvent fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new ProgressEvent(
                Read.field(fields, "id", Read::whole),
                Read.field(fields, "done", Read::whole),
                Read.field(fields, "total", Read::whole),
                Read.field(fields, "added", Read::whole),
                Read.field(fields, "duplicates", Read::whole));
    }
}
