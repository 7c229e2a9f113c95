package edgeengine.client.host;

import edgeengine.client.model.AskOrder;
import edgeengine.client.model.OrderAnswer;

/** The bank's back end, or another place where something is done, as the app reaches it. */
public interface Connector {
    /**
     * Does what the order says, once for its key.
     *
     * @param order what to do
     * @return what became of it
     * @throws Exception if nobody knows; it is asked again
     */
    OrderAnswer perform(AskOrder order) throws Exception;

    /**
     * Takes back what was done for the order's key, or sees to it that it never is.
     *
     * @param order what to take back
     * @return what became of it
     * @throws Exception if nobody knows; it is asked again
     */
    OrderAnswer undo(AskOrder order) throws Exception;
}
