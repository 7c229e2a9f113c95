// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was found when a model was examined.
 *
 * @param name the model
 * @param version its version
 * @param origin {@code shipped} or {@code update}
 * @param ok whether every examination passed
 * @param problem what did not, in one sentence; empty where all did
 * @param files how many files have the digest of the manifest
 * @param operators how many kinds of operators the graph uses, all allowed
 * @param memoryMb most megabytes that the results of one run of 256 rows take, at 4 bytes an element
 * @param cases golden answers that were replayed
 * @param difference largest difference from them
 * @param loadMs milliseconds that the runtime took to load it
 */
public record ModelCheck(
        String name,
        long version,
        String origin,
        boolean ok,
        String problem,
        long files,
        long operators,
        double memoryMb,
        long cases,
        double difference,
        double loadMs) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static ModelCheck fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new ModelCheck(
                Read.field(fields, "name", Read::text),
                Read.field(fields, "version", Read::whole),
                Read.field(fields, "origin", Read::text),
                Read.field(fields, "ok", Read::truth),
                Read.field(fields, "problem", Read::text, ""),
                Read.field(fields, "files", Read::whole, 0L),
                Read.field(fields, "operators", Read::whole, 0L),
                Read.field(fields, "memory_mb", Read::number, 0.0),
                Read.field(fields, "cases", Read::whole, 0L),
                Read.field(fields, "difference", Read::number, 0.0),
                Read.field(fields, "load_ms", Read::number, 0.0));
    }
}
