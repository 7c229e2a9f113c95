// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Value;
import edgeengine.client.wire.Write;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Put something before whoever decides it, such as a saving before the person.
 *
 * @param kind of the review, as the rules name it
 * @param terms what would be done; exactly the fields that the rules list for the kind
 * @param evidence why
 * @param proposer {@code engine}, {@code person}, or an adviser's identifier
 * @param advice what the engine would say: {@code approve}, {@code reject} or nothing. It decides nothing
 */
public record ProposeReview(
        String kind,
        Map<String, Value> terms,
        List<ReviewFact> evidence,
        String proposer,
        String advice) {
    /** Keeps copies of what could change. */
    public ProposeReview {
        terms = Map.copyOf(terms);
        evidence = List.copyOf(evidence);
    }

    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param kind of the review, as the rules name it
     * @param terms what would be done; exactly the fields that the rules list for the kind
     * @return the request
     */
    public static ProposeReview of(String kind, Map<String, Value> terms) {
        return new ProposeReview(kind, terms, List.of(), "engine", "");
    }

    /**
     * Returns this with another value.
     *
     * @param evidence why
     * @return a copy
     */
    public ProposeReview withEvidence(List<ReviewFact> evidence) {
        return new ProposeReview(kind, terms, evidence, proposer, advice);
    }

    /**
     * Returns this with another value.
     *
     * @param proposer {@code engine}, {@code person}, or an adviser's identifier
     * @return a copy
     */
    public ProposeReview withProposer(String proposer) {
        return new ProposeReview(kind, terms, evidence, proposer, advice);
    }

    /**
     * Returns this with another value.
     *
     * @param advice what the engine would say: {@code approve}, {@code reject} or nothing. It decides nothing
     * @return a copy
     */
    public ProposeReview withAdvice(String advice) {
        return new ProposeReview(kind, terms, evidence, proposer, advice);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("kind", kind);
        fields.put("terms", Write.map(terms, v0 -> v0.toWire()));
        fields.put("evidence", Write.list(evidence, v0 -> v0.toWire()));
        fields.put("proposer", proposer);
        fields.put("advice", advice);
        return fields;
    }
}
