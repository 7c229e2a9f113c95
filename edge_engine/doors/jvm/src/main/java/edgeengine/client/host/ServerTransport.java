package edgeengine.client.host;

import edgeengine.client.model.AskServer;
import edgeengine.client.model.ServerAnswer;

/** The app's own way to the servers that signals are reported to; without one the engine opens connections itself. */
@FunctionalInterface
public interface ServerTransport {
    /**
     * Sends a request, whose body is sealed already, and brings the answer.
     *
     * @param request what to send, and where to
     * @return what was answered
     * @throws Exception if no whole answer came; it is tried again later
     */
    ServerAnswer request(AskServer request) throws Exception;
}
