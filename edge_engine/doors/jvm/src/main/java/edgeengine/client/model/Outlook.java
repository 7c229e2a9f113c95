// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where balances are heading.
 *
 * @param asOf the day it starts from
 * @param balance what is there now
 * @param weeks the coming weeks, in order
 * @param coming known payments within them, by day
 * @param lowest lowest end-of-day balance of the middle path
 * @param lowestOn day of the lowest balance; the earliest of equals
 * @param belowZero chance, 0 to 1, to fall below zero: the share of paths that do on some day; where the model
 *     speaks, the greater of its risk within 30 days and of any week's end
 * @param historyWeeks whole weeks of the past that it was made from
 * @param method {@code model} where the trajectory model's record on this person earned it, {@code habits} else
 * @param outflow what the coming weeks take, as the model says; empty where it is not used
 * @param risks of falling below nothing and below half a month's turnover; empty where the model is not used
 * @param record the model's record; null where there is no model, too little history, or pay is missing
 * @param firstBelow where the middle path falls below zero first; null where it does not
 * @param chances chance, 0 to 1, to have fallen below zero by the end of each week
 * @param payMissing whether a good part of regular income is missing. The model sees balances alone and counts on
 *     what came before, so it is not asked then
 */
public record Outlook(
        LocalDate asOf,
        Money balance,
        List<OutlookWeek> weeks,
        List<Coming> coming,
        Money lowest,
        LocalDate lowestOn,
        double belowZero,
        long historyWeeks,
        String method,
        List<OutflowWeek> outflow,
        List<Risk> risks,
        @Nullable ForecastRecord record,
        @Nullable Below firstBelow,
        List<Double> chances,
        boolean payMissing) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Outlook fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Outlook(
                Read.field(fields, "as_of", Read::day),
                Read.field(fields, "balance", Money::fromWire),
                Read.field(fields, "weeks", v0 -> Read.list(v0, OutlookWeek::fromWire)),
                Read.field(fields, "coming", v0 -> Read.list(v0, Coming::fromWire)),
                Read.field(fields, "lowest", Money::fromWire),
                Read.field(fields, "lowest_on", Read::day),
                Read.field(fields, "below_zero", Read::number),
                Read.field(fields, "history_weeks", Read::whole),
                Read.field(fields, "method", Read::text, "habits"),
                Read.field(fields, "outflow", v0 -> Read.list(v0, OutflowWeek::fromWire), List.of()),
                Read.field(fields, "risks", v0 -> Read.list(v0, Risk::fromWire), List.of()),
                Read.field(fields, "record", v0 -> Read.optional(v0, ForecastRecord::fromWire), null),
                Read.field(fields, "first_below", v0 -> Read.optional(v0, Below::fromWire), null),
                Read.field(fields, "chances", v0 -> Read.list(v0, Read::number), List.of()),
                Read.field(fields, "pay_missing", Read::truth, false));
    }
}
