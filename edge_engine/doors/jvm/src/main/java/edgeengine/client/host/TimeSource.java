package edgeengine.client.host;

import java.time.Instant;

/** The time as the app has it; {@code Clock::instant} of a {@link java.time.Clock} is one. */
@FunctionalInterface
public interface TimeSource {
    /**
     * Says what time it is; asked once a request, so it must be quick.
     *
     * @return the time
     */
    Instant now();
}
