/**
 * Edge Engine for Java and Kotlin: personal finance intelligence on the person's own device.
 *
 * <p>Begin at {@link edgeengine.client.EdgeEngine}.
 */
@NullMarked
package edgeengine.client;

import org.jspecify.annotations.NullMarked;
