// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A kind that only a newer engine knows.
 *
 * @param key its name
 * @param fields what it says, as plain values
 */
public record UnknownMomentMessage(String key, Map<String, @Nullable Object> fields) implements MomentMessage {}
