package edgeengine.client.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one frame says. */
public sealed interface Message {
    /**
     * The engine asks its host for something: a key, the time, a delivery.
     *
     * @param id negative, chosen by the engine; the response repeats it
     * @param method the port and what is asked of it
     * @param params by name; empty where there are none
     */
    record Request(int id, String method, Map<String, @Nullable Object> params) implements Message {}

    /**
     * The engine tells its host something and wants no answer.
     *
     * @param method mostly {@code event}
     * @param params by name; empty where there are none
     */
    record Notification(String method, Map<String, @Nullable Object> params) implements Message {}

    /**
     * The answer to a request of the host.
     *
     * @param id of the request
     * @param failure why there is no result; null where there is one
     * @param result plain values: maps, lists, texts, numbers, truth values, bytes and null
     */
    record Response(int id, @Nullable Failure failure, @Nullable Object result) implements Message {}

    /**
     * Why a request failed.
     *
     * @param code stable, append-only
     * @param message one sentence for people, free of private data
     * @param told what else a host can act on, by name
     */
    record Failure(String code, String message, Map<String, String> told) {
        /**
         * Makes one that tells nothing else.
         *
         * @param code stable, append-only
         * @param message one sentence for people, free of private data
         */
        public Failure(String code, String message) {
            this(code, message, Map.of());
        }
    }
}
