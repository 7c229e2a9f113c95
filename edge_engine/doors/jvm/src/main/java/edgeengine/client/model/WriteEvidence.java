// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Write what an auditor asks for.
 *
 * @param folder one that is not there yet
 * @param erasures files with receipts of erasures
 */
public record WriteEvidence(String folder, List<String> erasures) {
    /** Keeps copies of what could change. */
    public WriteEvidence {
        erasures = List.copyOf(erasures);
    }

    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param folder one that is not there yet
     * @return the request
     */
    public static WriteEvidence of(String folder) {
        return new WriteEvidence(folder, List.of());
    }

    /**
     * Returns this with another value.
     *
     * @param erasures files with receipts of erasures
     * @return a copy
     */
    public WriteEvidence withErasures(List<String> erasures) {
        return new WriteEvidence(folder, erasures);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("folder", folder);
        fields.put("erasures", erasures);
        return fields;
    }
}
