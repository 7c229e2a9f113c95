// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an instalment would do.
 *
 * @param verdict one of three, none of which declines
 * @param bearable what could be borne a month; None where nothing can be said
 * @param risk chance, 0 to 1, that a coming week ends below zero with the instalments added
 * @param burden the instalment as a multiple of what could be borne, :data:{@code BEYOND} at most
 * @param reasons why, as clauses for people; identifiers of the thresholds first
 * @param figures every number that it rests on
 */
public record LoanAssessment(
        LoanVerdict verdict,
        @Nullable Money bearable,
        double risk,
        double burden,
        List<List<String>> reasons,
        List<LoanFigure> figures) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static LoanAssessment fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new LoanAssessment(
                Read.field(fields, "verdict", LoanVerdict::fromWire),
                Read.field(fields, "bearable", v0 -> Read.optional(v0, Money::fromWire)),
                Read.field(fields, "risk", Read::number),
                Read.field(fields, "burden", Read::number),
                Read.field(fields, "reasons", v0 -> Read.list(v0, v1 -> Read.list(v1, Read::text))),
                Read.field(fields, "figures", v0 -> Read.list(v0, LoanFigure::fromWire)));
    }
}
