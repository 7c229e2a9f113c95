/** Ports: what the engine may ask of the app that it lives in. Each is called on a daemon thread of its own. */
@NullMarked
package edgeengine.client.host;

import org.jspecify.annotations.NullMarked;
