// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of several kinds of messages; a newer engine may tell kinds that are not known here. */
public sealed interface MomentMessage permits
        Shortfall,
        Overdrawn,
        AccountOverdrawn,
        SubscriptionNew,
        PriceRise,
        Overlap,
        BillDue,
        BillMissed,
        BillUnusual,
        IncomeLate,
        IncomeLower,
        IncomeHigher,
        IncomeGone,
        IncomeMissed,
        IncomeNew,
        SafeToSave,
        CategoryDrift,
        DuplicateCharge,
        FeesPaid,
        CreditCost,
        NewJob,
        NewHome,
        NewChild,
        NewTown,
        InStress,
        UnknownMomentMessage {
    /**
     * Reads what the engine writes.
     *
     * @param value plain values
     * @return the record of its kind
     */
    static MomentMessage fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        String kind = Read.field(fields, "key", Read::text);
        return switch (kind) {
            case "shortfall" -> Shortfall.fromWire(value);
            case "below_zero" -> Overdrawn.fromWire(value);
            case "account_below_zero" -> AccountOverdrawn.fromWire(value);
            case "subscription_new" -> SubscriptionNew.fromWire(value);
            case "price_rise" -> PriceRise.fromWire(value);
            case "subscription_overlap" -> Overlap.fromWire(value);
            case "bill_due" -> BillDue.fromWire(value);
            case "bill_missed" -> BillMissed.fromWire(value);
            case "bill_unusual" -> BillUnusual.fromWire(value);
            case "income_late" -> IncomeLate.fromWire(value);
            case "income_lower" -> IncomeLower.fromWire(value);
            case "income_higher" -> IncomeHigher.fromWire(value);
            case "income_gone" -> IncomeGone.fromWire(value);
            case "income_missed" -> IncomeMissed.fromWire(value);
            case "income_new" -> IncomeNew.fromWire(value);
            case "safe_to_save" -> SafeToSave.fromWire(value);
            case "category_drift" -> CategoryDrift.fromWire(value);
            case "duplicate_charge" -> DuplicateCharge.fromWire(value);
            case "fees_paid" -> FeesPaid.fromWire(value);
            case "credit_cost" -> CreditCost.fromWire(value);
            case "life_job" -> NewJob.fromWire(value);
            case "life_home" -> NewHome.fromWire(value);
            case "life_child" -> NewChild.fromWire(value);
            case "life_relocation" -> NewTown.fromWire(value);
            case "stress" -> InStress.fromWire(value);
            default -> new UnknownMomentMessage(kind, Read.map(value, Read::plain));
        };
    }
}
