package edgeengine.client.wire;

import java.io.IOException;
import java.time.Duration;

/** A way for frames to the engine and back. */
public interface Transport {
    /**
     * Begins to hear the engine. Called once, before anything is sent.
     *
     * @param listener told of each frame, one after the other
     */
    void start(Listener listener);

    /**
     * Sends a frame. May wait where the engine is far behind.
     *
     * @param frame the bytes, without a length before them
     * @throws IOException if the engine is not there any more
     */
    void send(byte[] frame) throws IOException;

    /**
     * Says whether {@link #call} works here.
     *
     * @return whether a request and its response can take the same thread
     */
    default boolean calls() {
        return false;
    }

    /**
     * Sends a request and waits for its response on this very thread.
     *
     * @param frame the request
     * @return the response
     * @throws IOException if the engine is not there any more
     */
    default byte[] call(byte[] frame) throws IOException {
        throw new UnsupportedOperationException("this way answers on another thread");
    }

    /**
     * Ends the way, and the engine behind it. Never throws; a second call does nothing.
     *
     * @param grace how long the engine may take to end by itself
     */
    void close(Duration grace);

    /** Who hears the engine. */
    interface Listener {
        /**
         * Takes a frame.
         *
         * @param frame the bytes, without a length before them
         */
        void frame(byte[] frame);

        /**
         * Is told, once and last, that nothing more comes.
         *
         * @param reason one sentence without private data
         */
        void ended(String reason);
    }
}
