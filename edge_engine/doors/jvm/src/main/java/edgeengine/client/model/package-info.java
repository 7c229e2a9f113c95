// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
/** What is asked and answered: a record for each request, answer and event. */
@NullMarked
package edgeengine.client.model;

import org.jspecify.annotations.NullMarked;
