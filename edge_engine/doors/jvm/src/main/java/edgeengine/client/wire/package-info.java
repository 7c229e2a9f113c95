/**
 * Frames and the transports that carry them: how the client speaks with the engine.
 *
 * <p>Public so that the other packages reach it, and no part of the contract: programs use {@code edgeengine.client}.
 */
@NullMarked
package edgeengine.client.wire;

import org.jspecify.annotations.NullMarked;
