// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Take updates of the models from a folder that holds an update repository.
 *
 * @param folder holds {@code metadata} and {@code targets}, as The Update Framework lays them out
 * @param root file with the root metadata that is trusted
 */
public record UpdateModels(String folder, String root) {
    /**
     * Returns a request.
     *
     * @param folder holds {@code metadata} and {@code targets}, as The Update Framework lays them out
     * @param root file with the root metadata that is trusted
     * @return the request
     */
    public static UpdateModels of(String folder, String root) {
        return new UpdateModels(folder, root);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("folder", folder);
        fields.put("root", root);
        return fields;
    }
}
