package edgeengine.client.host;

import edgeengine.client.model.Suggestion;

/** A way to the person, such as push messages. */
@FunctionalInterface
public interface Channel {
    /**
     * Shows a suggestion, once for its id: one that was shown before is not shown again.
     *
     * <p>The store waits meanwhile, so it must be quick, and must not use the engine.
     *
     * @param suggestion what to show
     * @throws Exception if it was not shown; it is asked again later
     */
    void show(Suggestion suggestion) throws Exception;
}
