// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client;

import edgeengine.client.model.AccountView;
import edgeengine.client.model.AnswerHypothesis;
import edgeengine.client.model.AnswerReview;
import edgeengine.client.model.AnswerTrait;
import edgeengine.client.model.AssessLoan;
import edgeengine.client.model.BudgetView;
import edgeengine.client.model.Categorization;
import edgeengine.client.model.Categorize;
import edgeengine.client.model.CategoryView;
import edgeengine.client.model.ConsentEvent;
import edgeengine.client.model.Correct;
import edgeengine.client.model.Decide;
import edgeengine.client.model.DecideReview;
import edgeengine.client.model.Decision;
import edgeengine.client.model.Decisions;
import edgeengine.client.model.Disclosure;
import edgeengine.client.model.Dropped;
import edgeengine.client.model.ErasureReceipt;
import edgeengine.client.model.EvidencePack;
import edgeengine.client.model.Explain;
import edgeengine.client.model.Explanation;
import edgeengine.client.model.Export;
import edgeengine.client.model.Forecast;
import edgeengine.client.model.ForecastCoverage;
import edgeengine.client.model.Grant;
import edgeengine.client.model.Hypothesis;
import edgeengine.client.model.Import;
import edgeengine.client.model.IngestReport;
import edgeengine.client.model.Insight;
import edgeengine.client.model.IntegrityReport;
import edgeengine.client.model.LoanAssessment;
import edgeengine.client.model.ModelCheck;
import edgeengine.client.model.ModelUpdate;
import edgeengine.client.model.ModelView;
import edgeengine.client.model.Moment;
import edgeengine.client.model.MonthSpend;
import edgeengine.client.model.OneAccount;
import edgeengine.client.model.OneDecision;
import edgeengine.client.model.OneModel;
import edgeengine.client.model.OnePurpose;
import edgeengine.client.model.OneReview;
import edgeengine.client.model.OneSignal;
import edgeengine.client.model.Outlook;
import edgeengine.client.model.OverrideRate;
import edgeengine.client.model.Past;
import edgeengine.client.model.Preview;
import edgeengine.client.model.Profile;
import edgeengine.client.model.ProposeLoan;
import edgeengine.client.model.ProposeReview;
import edgeengine.client.model.PurposeState;
import edgeengine.client.model.React;
import edgeengine.client.model.Reacted;
import edgeengine.client.model.ReviewView;
import edgeengine.client.model.SayNever;
import edgeengine.client.model.SayShort;
import edgeengine.client.model.SentReport;
import edgeengine.client.model.SetTrait;
import edgeengine.client.model.Shown;
import edgeengine.client.model.SignalView;
import edgeengine.client.model.Spending;
import edgeengine.client.model.StartWorkflow;
import edgeengine.client.model.Stream;
import edgeengine.client.model.Sync;
import edgeengine.client.model.SyncReport;
import edgeengine.client.model.Taught;
import edgeengine.client.model.TellOutcome;
import edgeengine.client.model.TransactionPage;
import edgeengine.client.model.Transactions;
import edgeengine.client.model.Uncorrect;
import edgeengine.client.model.UpdateModels;
import edgeengine.client.model.Withdrawal;
import edgeengine.client.model.WorkflowView;
import edgeengine.client.model.WriteEvidence;
import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Everything that an engine can be asked; each method waits, or has a form that does not. */
public abstract sealed class Operations permits EdgeEngine {
    Operations() {}

    abstract <T extends @Nullable Object> T ask(
            String method, @Nullable Map<String, ?> params, Function<@Nullable Object, T> reader);

    abstract <T extends @Nullable Object> CompletableFuture<T> begin(
            String method, @Nullable Map<String, ?> params, Function<@Nullable Object, T> reader);

    /**
     * Read a bank statement or an event file into the store.
     *
     * @param request what is asked
     * @return the answer
     */
    public IngestReport importStatement(Import request) {
        return ask("import", request.toWire(), IngestReport::fromWire);
    }

    /**
     * Read a bank statement or an event file into the store.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<IngestReport> importStatementAsync(Import request) {
        return begin("import", request.toWire(), IngestReport::fromWire);
    }

    /**
     * List the accounts.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public List<AccountView> accounts() {
        return ask("accounts", null, v0 -> Read.list(v0, AccountView::fromWire));
    }

    /**
     * List the accounts.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<AccountView>> accountsAsync() {
        return begin("accounts", null, v0 -> Read.list(v0, AccountView::fromWire));
    }

    /**
     * List transactions, newest first.
     *
     * <p>The person's own right: needs no consent.
     *
     * @param request what is asked
     * @return the answer
     */
    public TransactionPage transactions(Transactions request) {
        return ask("transactions", request.toWire(), TransactionPage::fromWire);
    }

    /**
     * List transactions, newest first.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<TransactionPage> transactionsAsync(Transactions request) {
        return begin("transactions", request.toWire(), TransactionPage::fromWire);
    }

    /**
     * List transactions, newest first.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public TransactionPage transactions() {
        return ask("transactions", Transactions.of().toWire(), TransactionPage::fromWire);
    }

    /**
     * List transactions, newest first.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<TransactionPage> transactionsAsync() {
        return begin("transactions", Transactions.of().toWire(), TransactionPage::fromWire);
    }

    /**
     * Categorize texts.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * @param request what is asked
     * @return the answer
     */
    public List<Categorization> categorize(Categorize request) {
        return ask("categorize", request.toWire(), v0 -> Read.list(v0, Categorization::fromWire));
    }

    /**
     * Categorize texts.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Categorization>> categorizeAsync(Categorize request) {
        return begin("categorize", request.toWire(), v0 -> Read.list(v0, Categorization::fromWire));
    }

    /**
     * Categorize texts.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * @param texts at most 10,000; of each the first 1,000 characters count
     * @return the answer
     */
    public List<Categorization> categorize(List<String> texts) {
        return ask("categorize", Categorize.of(texts).toWire(), v0 -> Read.list(v0, Categorization::fromWire));
    }

    /**
     * Categorize texts.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * <p>Does not wait.
     *
     * @param texts at most 10,000; of each the first 1,000 characters count
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Categorization>> categorizeAsync(List<String> texts) {
        return begin("categorize", Categorize.of(texts).toWire(), v0 -> Read.list(v0, Categorization::fromWire));
    }

    /**
     * Teach a category.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * @param request what is asked
     * @return the answer
     */
    public Taught correct(Correct request) {
        return ask("correct", request.toWire(), Taught::fromWire);
    }

    /**
     * Teach a category.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Taught> correctAsync(Correct request) {
        return begin("correct", request.toWire(), Taught::fromWire);
    }

    /**
     * Teach a category.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * @param transactionId the transaction that is wrong
     * @param category leaf id of the taxonomy
     * @return the answer
     */
    public Taught correct(long transactionId, String category) {
        return ask("correct", Correct.of(transactionId, category).toWire(), Taught::fromWire);
    }

    /**
     * Teach a category.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * <p>Does not wait.
     *
     * @param transactionId the transaction that is wrong
     * @param category leaf id of the taxonomy
     * @return the answer, once it is there
     */
    public CompletableFuture<Taught> correctAsync(long transactionId, String category) {
        return begin("correct", Correct.of(transactionId, category).toWire(), Taught::fromWire);
    }

    /**
     * Take a correction back.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * @param request what is asked
     * @return the answer
     */
    public Taught uncorrect(Uncorrect request) {
        return ask("uncorrect", request.toWire(), Taught::fromWire);
    }

    /**
     * Take a correction back.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Taught> uncorrectAsync(Uncorrect request) {
        return begin("uncorrect", request.toWire(), Taught::fromWire);
    }

    /**
     * Take a correction back.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * @param transactionId which
     * @return the answer
     */
    public Taught uncorrect(long transactionId) {
        return ask("uncorrect", Uncorrect.of(transactionId).toWire(), Taught::fromWire);
    }

    /**
     * Take a correction back.
     *
     * <p>Needs consent to {@code categorization}.
     *
     * <p>Does not wait.
     *
     * @param transactionId which
     * @return the answer, once it is there
     */
    public CompletableFuture<Taught> uncorrectAsync(long transactionId) {
        return begin("uncorrect", Uncorrect.of(transactionId).toWire(), Taught::fromWire);
    }

    /**
     * Money by month and category.
     *
     * <p>Needs consent to {@code insights}.
     *
     * @param request what is asked
     * @return the answer
     */
    public List<MonthSpend> spending(Spending request) {
        return ask("spending", request.toWire(), v0 -> Read.list(v0, MonthSpend::fromWire));
    }

    /**
     * Money by month and category.
     *
     * <p>Needs consent to {@code insights}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<List<MonthSpend>> spendingAsync(Spending request) {
        return begin("spending", request.toWire(), v0 -> Read.list(v0, MonthSpend::fromWire));
    }

    /**
     * Money by month and category.
     *
     * <p>Needs consent to {@code insights}.
     *
     * @return the answer
     */
    public List<MonthSpend> spending() {
        return ask("spending", Spending.of().toWire(), v0 -> Read.list(v0, MonthSpend::fromWire));
    }

    /**
     * Money by month and category.
     *
     * <p>Needs consent to {@code insights}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<MonthSpend>> spendingAsync() {
        return begin("spending", Spending.of().toWire(), v0 -> Read.list(v0, MonthSpend::fromWire));
    }

    /**
     * Recurring bills and incomes.
     *
     * <p>Needs consent to {@code insights}.
     *
     * @return the answer
     */
    public List<Stream> streams() {
        return ask("streams", null, v0 -> Read.list(v0, Stream::fromWire));
    }

    /**
     * Recurring bills and incomes.
     *
     * <p>Needs consent to {@code insights}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Stream>> streamsAsync() {
        return begin("streams", null, v0 -> Read.list(v0, Stream::fromWire));
    }

    /**
     * What was found.
     *
     * <p>Needs consent to {@code insights}.
     *
     * @return the answer
     */
    public List<Insight> insights() {
        return ask("insights", null, v0 -> Read.list(v0, Insight::fromWire));
    }

    /**
     * What was found.
     *
     * <p>Needs consent to {@code insights}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Insight>> insightsAsync() {
        return begin("insights", null, v0 -> Read.list(v0, Insight::fromWire));
    }

    /**
     * What is worth a word now.
     *
     * <p>Needs consent to {@code insights}.
     *
     * @return the answer
     */
    public List<Moment> moments() {
        return ask("moments", null, v0 -> Read.list(v0, Moment::fromWire));
    }

    /**
     * What is worth a word now.
     *
     * <p>Needs consent to {@code insights}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Moment>> momentsAsync() {
        return begin("moments", null, v0 -> Read.list(v0, Moment::fromWire));
    }

    /**
     * What is supposed of your habits.
     *
     * <p>Needs consent to {@code personalization}.
     *
     * @return the answer
     */
    public Profile profile() {
        return ask("profile", null, Profile::fromWire);
    }

    /**
     * What is supposed of your habits.
     *
     * <p>Needs consent to {@code personalization}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<Profile> profileAsync() {
        return begin("profile", null, Profile::fromWire);
    }

    /**
     * Say whether something of your profile is so.
     *
     * <p>Needs consent to {@code personalization}.
     *
     * @param request what is asked
     * @return the answer
     */
    public Profile profileAnswer(AnswerTrait request) {
        return ask("profile.answer", request.toWire(), Profile::fromWire);
    }

    /**
     * Say whether something of your profile is so.
     *
     * <p>Needs consent to {@code personalization}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Profile> profileAnswerAsync(AnswerTrait request) {
        return begin("profile.answer", request.toWire(), Profile::fromWire);
    }

    /**
     * Say whether something of your profile is so.
     *
     * <p>Needs consent to {@code personalization}.
     *
     * @param name of the trait
     * @param answer {@code not_true}, which is for ever, or {@code confirmed}
     * @return the answer
     */
    public Profile profileAnswer(String name, String answer) {
        return ask("profile.answer", AnswerTrait.of(name, answer).toWire(), Profile::fromWire);
    }

    /**
     * Say whether something of your profile is so.
     *
     * <p>Needs consent to {@code personalization}.
     *
     * <p>Does not wait.
     *
     * @param name of the trait
     * @param answer {@code not_true}, which is for ever, or {@code confirmed}
     * @return the answer, once it is there
     */
    public CompletableFuture<Profile> profileAnswerAsync(String name, String answer) {
        return begin("profile.answer", AnswerTrait.of(name, answer).toWire(), Profile::fromWire);
    }

    /**
     * Say yourself what is so.
     *
     * <p>Needs consent to {@code personalization}.
     *
     * @param request what is asked
     * @return the answer
     */
    public Profile profileSet(SetTrait request) {
        return ask("profile.set", request.toWire(), Profile::fromWire);
    }

    /**
     * Say yourself what is so.
     *
     * <p>Needs consent to {@code personalization}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Profile> profileSetAsync(SetTrait request) {
        return begin("profile.set", request.toWire(), Profile::fromWire);
    }

    /**
     * Say yourself what is so.
     *
     * <p>Needs consent to {@code personalization}.
     *
     * @param name of the trait
     * @param value a word or a number; null takes your word back
     * @return the answer
     */
    public Profile profileSet(String name, @Nullable Value value) {
        return ask("profile.set", SetTrait.of(name, value).toWire(), Profile::fromWire);
    }

    /**
     * Say yourself what is so.
     *
     * <p>Needs consent to {@code personalization}.
     *
     * <p>Does not wait.
     *
     * @param name of the trait
     * @param value a word or a number; null takes your word back
     * @return the answer, once it is there
     */
    public CompletableFuture<Profile> profileSetAsync(String name, @Nullable Value value) {
        return begin("profile.set", SetTrait.of(name, value).toWire(), Profile::fromWire);
    }

    /**
     * What to suggest now, and why.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * @param request what is asked
     * @return the answer
     */
    public Decision decide(Decide request) {
        return ask("decide", request.toWire(), Decision::fromWire);
    }

    /**
     * What to suggest now, and why.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Decision> decideAsync(Decide request) {
        return begin("decide", request.toWire(), Decision::fromWire);
    }

    /**
     * What to suggest now, and why.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * @return the answer
     */
    public Decision decide() {
        return ask("decide", Decide.of().toWire(), Decision::fromWire);
    }

    /**
     * What to suggest now, and why.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<Decision> decideAsync() {
        return begin("decide", Decide.of().toWire(), Decision::fromWire);
    }

    /**
     * What to suggest now, and why.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * @param channel which
     * @return the answer
     */
    public Decision decide(String channel) {
        return ask("decide", Decide.of().withChannel(channel).toWire(), Decision::fromWire);
    }

    /**
     * What to suggest now, and why.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * <p>Does not wait.
     *
     * @param channel which
     * @return the answer, once it is there
     */
    public CompletableFuture<Decision> decideAsync(String channel) {
        return begin("decide", Decide.of().withChannel(channel).toWire(), Decision::fromWire);
    }

    /**
     * Take in what just happened and answer it at once.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * @param request what is asked
     * @return the answer
     */
    public Reacted react(React request) {
        return ask("react", request.toWire(), Reacted::fromWire);
    }

    /**
     * Take in what just happened and answer it at once.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Reacted> reactAsync(React request) {
        return begin("react", request.toWire(), Reacted::fromWire);
    }

    /**
     * Take in what just happened and answer it at once.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * @return the answer
     */
    public Reacted react() {
        return ask("react", React.of().toWire(), Reacted::fromWire);
    }

    /**
     * Take in what just happened and answer it at once.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<Reacted> reactAsync() {
        return begin("react", React.of().toWire(), Reacted::fromWire);
    }

    /**
     * Show what still waits for its channel.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * @return the answer
     */
    public long deliver() {
        return ask("deliver", null, Read::whole);
    }

    /**
     * Show what still waits for its channel.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<Long> deliverAsync() {
        return begin("deliver", null, Read::whole);
    }

    /**
     * What the feed shows.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public List<Past> feed() {
        return ask("feed", null, v0 -> Read.list(v0, Past::fromWire));
    }

    /**
     * What the feed shows.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Past>> feedAsync() {
        return begin("feed", null, v0 -> Read.list(v0, Past::fromWire));
    }

    /**
     * What was suggested before.
     *
     * <p>The person's own right: needs no consent.
     *
     * @param request what is asked
     * @return the answer
     */
    public List<Past> decisions(Decisions request) {
        return ask("decisions", request.toWire(), v0 -> Read.list(v0, Past::fromWire));
    }

    /**
     * What was suggested before.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Past>> decisionsAsync(Decisions request) {
        return begin("decisions", request.toWire(), v0 -> Read.list(v0, Past::fromWire));
    }

    /**
     * What was suggested before.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public List<Past> decisions() {
        return ask("decisions", Decisions.of().toWire(), v0 -> Read.list(v0, Past::fromWire));
    }

    /**
     * What was suggested before.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Past>> decisionsAsync() {
        return begin("decisions", Decisions.of().toWire(), v0 -> Read.list(v0, Past::fromWire));
    }

    /**
     * How a decision came about.
     *
     * <p>The person's own right: needs no consent.
     *
     * @param request what is asked
     * @return the answer
     */
    public Past decision(OneDecision request) {
        return ask("decision", request.toWire(), Past::fromWire);
    }

    /**
     * How a decision came about.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Past> decisionAsync(OneDecision request) {
        return begin("decision", request.toWire(), Past::fromWire);
    }

    /**
     * How a decision came about.
     *
     * <p>The person's own right: needs no consent.
     *
     * @param id which
     * @return the answer
     */
    public Past decision(String id) {
        return ask("decision", OneDecision.of(id).toWire(), Past::fromWire);
    }

    /**
     * How a decision came about.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @param id which
     * @return the answer, once it is there
     */
    public CompletableFuture<Past> decisionAsync(String id) {
        return begin("decision", OneDecision.of(id).toWire(), Past::fromWire);
    }

    /**
     * Say what came of a suggestion.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * @param request what is asked
     * @return the answer
     */
    public boolean outcome(TellOutcome request) {
        return ask("outcome", request.toWire(), Read::truth);
    }

    /**
     * Say what came of a suggestion.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Boolean> outcomeAsync(TellOutcome request) {
        return begin("outcome", request.toWire(), Read::truth);
    }

    /**
     * Say what came of a suggestion.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * @param id of the decision
     * @param verdict {@code opened}, {@code acted}, {@code dismissed}, {@code not_now}, or {@code never}, which is
     *     for ever
     * @return the answer
     */
    public boolean outcome(String id, String verdict) {
        return ask("outcome", TellOutcome.of(id, verdict).toWire(), Read::truth);
    }

    /**
     * Say what came of a suggestion.
     *
     * <p>Needs consent to {@code recommendations}.
     *
     * <p>Does not wait.
     *
     * @param id of the decision
     * @param verdict {@code opened}, {@code acted}, {@code dismissed}, {@code not_now}, or {@code never}, which is
     *     for ever
     * @return the answer, once it is there
     */
    public CompletableFuture<Boolean> outcomeAsync(String id, String verdict) {
        return begin("outcome", TellOutcome.of(id, verdict).toWire(), Read::truth);
    }

    /**
     * Never suggest something again.
     *
     * @param request what is asked
     * @return the answer
     */
    public boolean never(SayNever request) {
        return ask("never", request.toWire(), Read::truth);
    }

    /**
     * Never suggest something again.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Boolean> neverAsync(SayNever request) {
        return begin("never", request.toWire(), Read::truth);
    }

    /**
     * Never suggest something again.
     *
     * @return the answer
     */
    public boolean never() {
        return ask("never", SayNever.of().toWire(), Read::truth);
    }

    /**
     * Never suggest something again.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<Boolean> neverAsync() {
        return begin("never", SayNever.of().toWire(), Read::truth);
    }

    /**
     * Say that money is short: no credit, no investment and no saving is suggested.
     *
     * @param request what is asked
     * @return the answer
     */
    public boolean moneyIsShort(SayShort request) {
        return ask("money_is_short", request.toWire(), Read::truth);
    }

    /**
     * Say that money is short: no credit, no investment and no saving is suggested.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Boolean> moneyIsShortAsync(SayShort request) {
        return begin("money_is_short", request.toWire(), Read::truth);
    }

    /**
     * Say that money is short: no credit, no investment and no saving is suggested.
     *
     * @return the answer
     */
    public boolean moneyIsShort() {
        return ask("money_is_short", SayShort.of().toWire(), Read::truth);
    }

    /**
     * Say that money is short: no credit, no investment and no saving is suggested.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<Boolean> moneyIsShortAsync() {
        return begin("money_is_short", SayShort.of().toWire(), Read::truth);
    }

    /**
     * Say that money is short: no credit, no investment and no saving is suggested.
     *
     * @param shortValue which
     * @return the answer
     */
    public boolean moneyIsShort(boolean shortValue) {
        return ask("money_is_short", SayShort.of().withShortValue(shortValue).toWire(), Read::truth);
    }

    /**
     * Say that money is short: no credit, no investment and no saving is suggested.
     *
     * <p>Does not wait.
     *
     * @param shortValue which
     * @return the answer, once it is there
     */
    public CompletableFuture<Boolean> moneyIsShortAsync(boolean shortValue) {
        return begin("money_is_short", SayShort.of().withShortValue(shortValue).toWire(), Read::truth);
    }

    /**
     * Where balances are heading.
     *
     * <p>Needs consent to {@code insights}.
     *
     * @param request what is asked
     * @return the answer
     */
    public List<Outlook> forecast(Forecast request) {
        return ask("forecast", request.toWire(), v0 -> Read.list(v0, Outlook::fromWire));
    }

    /**
     * Where balances are heading.
     *
     * <p>Needs consent to {@code insights}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Outlook>> forecastAsync(Forecast request) {
        return begin("forecast", request.toWire(), v0 -> Read.list(v0, Outlook::fromWire));
    }

    /**
     * Where balances are heading.
     *
     * <p>Needs consent to {@code insights}.
     *
     * @return the answer
     */
    public List<Outlook> forecast() {
        return ask("forecast", Forecast.of().toWire(), v0 -> Read.list(v0, Outlook::fromWire));
    }

    /**
     * Where balances are heading.
     *
     * <p>Needs consent to {@code insights}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Outlook>> forecastAsync() {
        return begin("forecast", Forecast.of().toWire(), v0 -> Read.list(v0, Outlook::fromWire));
    }

    /**
     * Where balances are heading.
     *
     * <p>Needs consent to {@code insights}.
     *
     * @param weeks which
     * @return the answer
     */
    public List<Outlook> forecast(long weeks) {
        return ask("forecast", Forecast.of().withWeeks(weeks).toWire(), v0 -> Read.list(v0, Outlook::fromWire));
    }

    /**
     * Where balances are heading.
     *
     * <p>Needs consent to {@code insights}.
     *
     * <p>Does not wait.
     *
     * @param weeks which
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Outlook>> forecastAsync(long weeks) {
        return begin("forecast", Forecast.of().withWeeks(weeks).toWire(), v0 -> Read.list(v0, Outlook::fromWire));
    }

    /**
     * How past forecasts did, by weeks ahead.
     *
     * <p>Needs consent to {@code insights}.
     *
     * @return the answer
     */
    public ForecastCoverage forecastCoverage() {
        return ask("forecast.coverage", null, ForecastCoverage::fromWire);
    }

    /**
     * How past forecasts did, by weeks ahead.
     *
     * <p>Needs consent to {@code insights}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<ForecastCoverage> forecastCoverageAsync() {
        return begin("forecast.coverage", null, ForecastCoverage::fromWire);
    }

    /**
     * What looks like a change in your life, to confirm or not.
     *
     * <p>Needs consent to {@code life_changes}.
     *
     * @return the answer
     */
    public List<Hypothesis> life() {
        return ask("life", null, v0 -> Read.list(v0, Hypothesis::fromWire));
    }

    /**
     * What looks like a change in your life, to confirm or not.
     *
     * <p>Needs consent to {@code life_changes}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Hypothesis>> lifeAsync() {
        return begin("life", null, v0 -> Read.list(v0, Hypothesis::fromWire));
    }

    /**
     * Say whether a change in your life is so.
     *
     * <p>Needs consent to {@code life_changes}.
     *
     * @param request what is asked
     * @return the answer
     */
    public Hypothesis lifeAnswer(AnswerHypothesis request) {
        return ask("life.answer", request.toWire(), Hypothesis::fromWire);
    }

    /**
     * Say whether a change in your life is so.
     *
     * <p>Needs consent to {@code life_changes}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Hypothesis> lifeAnswerAsync(AnswerHypothesis request) {
        return begin("life.answer", request.toWire(), Hypothesis::fromWire);
    }

    /**
     * Say whether a change in your life is so.
     *
     * <p>Needs consent to {@code life_changes}.
     *
     * @param id of the hypothesis
     * @param answer {@code confirmed}, or {@code not_true}, which is for ever
     * @return the answer
     */
    public Hypothesis lifeAnswer(String id, String answer) {
        return ask("life.answer", AnswerHypothesis.of(id, answer).toWire(), Hypothesis::fromWire);
    }

    /**
     * Say whether a change in your life is so.
     *
     * <p>Needs consent to {@code life_changes}.
     *
     * <p>Does not wait.
     *
     * @param id of the hypothesis
     * @param answer {@code confirmed}, or {@code not_true}, which is for ever
     * @return the answer, once it is there
     */
    public CompletableFuture<Hypothesis> lifeAnswerAsync(String id, String answer) {
        return begin("life.answer", AnswerHypothesis.of(id, answer).toWire(), Hypothesis::fromWire);
    }

    /**
     * Whether you invest, or could, to confirm or not.
     *
     * <p>Needs consent to {@code investment_offers}.
     *
     * @return the answer
     */
    public List<Hypothesis> appetite() {
        return ask("appetite", null, v0 -> Read.list(v0, Hypothesis::fromWire));
    }

    /**
     * Whether you invest, or could, to confirm or not.
     *
     * <p>Needs consent to {@code investment_offers}.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Hypothesis>> appetiteAsync() {
        return begin("appetite", null, v0 -> Read.list(v0, Hypothesis::fromWire));
    }

    /**
     * Say whether you invest.
     *
     * <p>Needs consent to {@code investment_offers}.
     *
     * @param request what is asked
     * @return the answer
     */
    public Hypothesis appetiteAnswer(AnswerHypothesis request) {
        return ask("appetite.answer", request.toWire(), Hypothesis::fromWire);
    }

    /**
     * Say whether you invest.
     *
     * <p>Needs consent to {@code investment_offers}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Hypothesis> appetiteAnswerAsync(AnswerHypothesis request) {
        return begin("appetite.answer", request.toWire(), Hypothesis::fromWire);
    }

    /**
     * Say whether you invest.
     *
     * <p>Needs consent to {@code investment_offers}.
     *
     * @param id of the hypothesis
     * @param answer {@code confirmed}, or {@code not_true}, which is for ever
     * @return the answer
     */
    public Hypothesis appetiteAnswer(String id, String answer) {
        return ask("appetite.answer", AnswerHypothesis.of(id, answer).toWire(), Hypothesis::fromWire);
    }

    /**
     * Say whether you invest.
     *
     * <p>Needs consent to {@code investment_offers}.
     *
     * <p>Does not wait.
     *
     * @param id of the hypothesis
     * @param answer {@code confirmed}, or {@code not_true}, which is for ever
     * @return the answer, once it is there
     */
    public CompletableFuture<Hypothesis> appetiteAnswerAsync(String id, String answer) {
        return begin("appetite.answer", AnswerHypothesis.of(id, answer).toWire(), Hypothesis::fromWire);
    }

    /**
     * What is or was to be decided.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public List<ReviewView> reviews() {
        return ask("reviews", null, v0 -> Read.list(v0, ReviewView::fromWire));
    }

    /**
     * What is or was to be decided.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<ReviewView>> reviewsAsync() {
        return begin("reviews", null, v0 -> Read.list(v0, ReviewView::fromWire));
    }

    /**
     * What waits for a decision.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public List<ReviewView> reviewsPending() {
        return ask("reviews.pending", null, v0 -> Read.list(v0, ReviewView::fromWire));
    }

    /**
     * What waits for a decision.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<ReviewView>> reviewsPendingAsync() {
        return begin("reviews.pending", null, v0 -> Read.list(v0, ReviewView::fromWire));
    }

    /**
     * Exactly what a decision is bound to.
     *
     * <p>The person's own right: needs no consent.
     *
     * @param request what is asked
     * @return the answer
     */
    public Shown reviewsShow(OneReview request) {
        return ask("reviews.show", request.toWire(), Shown::fromWire);
    }

    /**
     * Exactly what a decision is bound to.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Shown> reviewsShowAsync(OneReview request) {
        return begin("reviews.show", request.toWire(), Shown::fromWire);
    }

    /**
     * Exactly what a decision is bound to.
     *
     * <p>The person's own right: needs no consent.
     *
     * @param id of the review
     * @return the answer
     */
    public Shown reviewsShow(String id) {
        return ask("reviews.show", OneReview.of(id).toWire(), Shown::fromWire);
    }

    /**
     * Exactly what a decision is bound to.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @param id of the review
     * @return the answer, once it is there
     */
    public CompletableFuture<Shown> reviewsShowAsync(String id) {
        return begin("reviews.show", OneReview.of(id).toWire(), Shown::fromWire);
    }

    /**
     * Approve a review.
     *
     * @param request what is asked
     * @return the answer
     */
    public ReviewView reviewsApprove(DecideReview request) {
        return ask("reviews.approve", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Approve a review.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<ReviewView> reviewsApproveAsync(DecideReview request) {
        return begin("reviews.approve", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Approve a review.
     *
     * @param id of the review
     * @return the answer
     */
    public ReviewView reviewsApprove(String id) {
        return ask("reviews.approve", DecideReview.of(id).toWire(), ReviewView::fromWire);
    }

    /**
     * Approve a review.
     *
     * <p>Does not wait.
     *
     * @param id of the review
     * @return the answer, once it is there
     */
    public CompletableFuture<ReviewView> reviewsApproveAsync(String id) {
        return begin("reviews.approve", DecideReview.of(id).toWire(), ReviewView::fromWire);
    }

    /**
     * Reject a review.
     *
     * @param request what is asked
     * @return the answer
     */
    public ReviewView reviewsReject(DecideReview request) {
        return ask("reviews.reject", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Reject a review.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<ReviewView> reviewsRejectAsync(DecideReview request) {
        return begin("reviews.reject", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Reject a review.
     *
     * @param id of the review
     * @return the answer
     */
    public ReviewView reviewsReject(String id) {
        return ask("reviews.reject", DecideReview.of(id).toWire(), ReviewView::fromWire);
    }

    /**
     * Reject a review.
     *
     * <p>Does not wait.
     *
     * @param id of the review
     * @return the answer, once it is there
     */
    public CompletableFuture<ReviewView> reviewsRejectAsync(String id) {
        return begin("reviews.reject", DecideReview.of(id).toWire(), ReviewView::fromWire);
    }

    /**
     * Ask the person something before deciding a review.
     *
     * @param request what is asked
     * @return the answer
     */
    public ReviewView reviewsAsk(DecideReview request) {
        return ask("reviews.ask", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Ask the person something before deciding a review.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<ReviewView> reviewsAskAsync(DecideReview request) {
        return begin("reviews.ask", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Ask the person something before deciding a review.
     *
     * @param id of the review
     * @return the answer
     */
    public ReviewView reviewsAsk(String id) {
        return ask("reviews.ask", DecideReview.of(id).toWire(), ReviewView::fromWire);
    }

    /**
     * Ask the person something before deciding a review.
     *
     * <p>Does not wait.
     *
     * @param id of the review
     * @return the answer, once it is there
     */
    public CompletableFuture<ReviewView> reviewsAskAsync(String id) {
        return begin("reviews.ask", DecideReview.of(id).toWire(), ReviewView::fromWire);
    }

    /**
     * Answer what was asked about a review.
     *
     * @param request what is asked
     * @return the answer
     */
    public ReviewView reviewsAnswer(AnswerReview request) {
        return ask("reviews.answer", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Answer what was asked about a review.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<ReviewView> reviewsAnswerAsync(AnswerReview request) {
        return begin("reviews.answer", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Answer what was asked about a review.
     *
     * @param id which
     * @param words which
     * @return the answer
     */
    public ReviewView reviewsAnswer(String id, String words) {
        return ask("reviews.answer", AnswerReview.of(id, words).toWire(), ReviewView::fromWire);
    }

    /**
     * Answer what was asked about a review.
     *
     * <p>Does not wait.
     *
     * @param id which
     * @param words which
     * @return the answer, once it is there
     */
    public CompletableFuture<ReviewView> reviewsAnswerAsync(String id, String words) {
        return begin("reviews.answer", AnswerReview.of(id, words).toWire(), ReviewView::fromWire);
    }

    /**
     * How often people decided otherwise than the engine would have.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public List<OverrideRate> reviewsRates() {
        return ask("reviews.rates", null, v0 -> Read.list(v0, OverrideRate::fromWire));
    }

    /**
     * How often people decided otherwise than the engine would have.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<OverrideRate>> reviewsRatesAsync() {
        return begin("reviews.rates", null, v0 -> Read.list(v0, OverrideRate::fromWire));
    }

    /**
     * What the bank was asked to do.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public List<WorkflowView> workflows() {
        return ask("workflows", null, v0 -> Read.list(v0, WorkflowView::fromWire));
    }

    /**
     * What the bank was asked to do.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<WorkflowView>> workflowsAsync() {
        return begin("workflows", null, v0 -> Read.list(v0, WorkflowView::fromWire));
    }

    /**
     * Write down what the bank is to be asked.
     *
     * @param request what is asked
     * @return the answer
     */
    public WorkflowView workflowsStart(StartWorkflow request) {
        return ask("workflows.start", request.toWire(), WorkflowView::fromWire);
    }

    /**
     * Write down what the bank is to be asked.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<WorkflowView> workflowsStartAsync(StartWorkflow request) {
        return begin("workflows.start", request.toWire(), WorkflowView::fromWire);
    }

    /**
     * Write down what the bank is to be asked.
     *
     * @param kind of the workflow, as the rules name it
     * @param key what it is done for: once
     * @return the answer
     */
    public WorkflowView workflowsStart(String kind, String key) {
        return ask("workflows.start", StartWorkflow.of(kind, key).toWire(), WorkflowView::fromWire);
    }

    /**
     * Write down what the bank is to be asked.
     *
     * <p>Does not wait.
     *
     * @param kind of the workflow, as the rules name it
     * @param key what it is done for: once
     * @return the answer, once it is there
     */
    public CompletableFuture<WorkflowView> workflowsStartAsync(String kind, String key) {
        return begin("workflows.start", StartWorkflow.of(kind, key).toWire(), WorkflowView::fromWire);
    }

    /**
     * Ask the bank what may be asked now.
     *
     * @return the answer
     */
    public List<WorkflowView> workflowsRun() {
        return ask("workflows.run", null, v0 -> Read.list(v0, WorkflowView::fromWire));
    }

    /**
     * Ask the bank what may be asked now.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<WorkflowView>> workflowsRunAsync() {
        return begin("workflows.run", null, v0 -> Read.list(v0, WorkflowView::fromWire));
    }

    /**
     * Every purpose and its state.
     *
     * @return the answer
     */
    public List<PurposeState> consentState() {
        return ask("consent.state", null, v0 -> Read.list(v0, PurposeState::fromWire));
    }

    /**
     * Every purpose and its state.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<PurposeState>> consentStateAsync() {
        return begin("consent.state", null, v0 -> Read.list(v0, PurposeState::fromWire));
    }

    /**
     * Give consent.
     *
     * @param request what is asked
     * @return the answer
     */
    public ConsentEvent consentGrant(Grant request) {
        return ask("consent.grant", request.toWire(), ConsentEvent::fromWire);
    }

    /**
     * Give consent.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<ConsentEvent> consentGrantAsync(Grant request) {
        return begin("consent.grant", request.toWire(), ConsentEvent::fromWire);
    }

    /**
     * Give consent.
     *
     * @param purpose identifier of the purpose
     * @return the answer
     */
    public ConsentEvent consentGrant(String purpose) {
        return ask("consent.grant", Grant.of(purpose).toWire(), ConsentEvent::fromWire);
    }

    /**
     * Give consent.
     *
     * <p>Does not wait.
     *
     * @param purpose identifier of the purpose
     * @return the answer, once it is there
     */
    public CompletableFuture<ConsentEvent> consentGrantAsync(String purpose) {
        return begin("consent.grant", Grant.of(purpose).toWire(), ConsentEvent::fromWire);
    }

    /**
     * Withdraw consent at once.
     *
     * @param request what is asked
     * @return the answer
     */
    public Withdrawal consentWithdraw(OnePurpose request) {
        return ask("consent.withdraw", request.toWire(), Withdrawal::fromWire);
    }

    /**
     * Withdraw consent at once.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Withdrawal> consentWithdrawAsync(OnePurpose request) {
        return begin("consent.withdraw", request.toWire(), Withdrawal::fromWire);
    }

    /**
     * Withdraw consent at once.
     *
     * @param purpose which
     * @return the answer
     */
    public Withdrawal consentWithdraw(String purpose) {
        return ask("consent.withdraw", OnePurpose.of(purpose).toWire(), Withdrawal::fromWire);
    }

    /**
     * Withdraw consent at once.
     *
     * <p>Does not wait.
     *
     * @param purpose which
     * @return the answer, once it is there
     */
    public CompletableFuture<Withdrawal> consentWithdrawAsync(String purpose) {
        return begin("consent.withdraw", OnePurpose.of(purpose).toWire(), Withdrawal::fromWire);
    }

    /**
     * An ISO/IEC TS 27560 receipt.
     *
     * @param request what is asked
     * @return the answer
     */
    public Map<String, @Nullable Object> consentReceipt(OnePurpose request) {
        return ask("consent.receipt", request.toWire(), v0 -> Read.map(v0, Read::plain));
    }

    /**
     * An ISO/IEC TS 27560 receipt.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Map<String, Object>> consentReceiptAsync(OnePurpose request) {
        return begin("consent.receipt", request.toWire(), v0 -> Read.map(v0, Read::plain));
    }

    /**
     * An ISO/IEC TS 27560 receipt.
     *
     * @param purpose which
     * @return the answer
     */
    public Map<String, @Nullable Object> consentReceipt(String purpose) {
        return ask("consent.receipt", OnePurpose.of(purpose).toWire(), v0 -> Read.map(v0, Read::plain));
    }

    /**
     * An ISO/IEC TS 27560 receipt.
     *
     * <p>Does not wait.
     *
     * @param purpose which
     * @return the answer, once it is there
     */
    public CompletableFuture<Map<String, Object>> consentReceiptAsync(String purpose) {
        return begin("consent.receipt", OnePurpose.of(purpose).toWire(), v0 -> Read.map(v0, Read::plain));
    }

    /**
     * The consent ledger.
     *
     * @return the answer
     */
    public List<ConsentEvent> consentHistory() {
        return ask("consent.history", null, v0 -> Read.list(v0, ConsentEvent::fromWire));
    }

    /**
     * The consent ledger.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<ConsentEvent>> consentHistoryAsync() {
        return begin("consent.history", null, v0 -> Read.list(v0, ConsentEvent::fromWire));
    }

    /**
     * Write what an auditor asks for: ledger, records, policies, what left, models.
     *
     * <p>The person's own right: needs no consent.
     *
     * @param request what is asked
     * @return the answer
     */
    public EvidencePack consentEvidence(WriteEvidence request) {
        return ask("consent.evidence", request.toWire(), EvidencePack::fromWire);
    }

    /**
     * Write what an auditor asks for: ledger, records, policies, what left, models.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<EvidencePack> consentEvidenceAsync(WriteEvidence request) {
        return begin("consent.evidence", request.toWire(), EvidencePack::fromWire);
    }

    /**
     * Write what an auditor asks for: ledger, records, policies, what left, models.
     *
     * <p>The person's own right: needs no consent.
     *
     * @param folder one that is not there yet
     * @return the answer
     */
    public EvidencePack consentEvidence(String folder) {
        return ask("consent.evidence", WriteEvidence.of(folder).toWire(), EvidencePack::fromWire);
    }

    /**
     * Write what an auditor asks for: ledger, records, policies, what left, models.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @param folder one that is not there yet
     * @return the answer, once it is there
     */
    public CompletableFuture<EvidencePack> consentEvidenceAsync(String folder) {
        return begin("consent.evidence", WriteEvidence.of(folder).toWire(), EvidencePack::fromWire);
    }

    /**
     * Which rule decides.
     *
     * @param request what is asked
     * @return the answer
     */
    public Explanation consentExplain(Explain request) {
        return ask("consent.explain", request.toWire(), Explanation::fromWire);
    }

    /**
     * Which rule decides.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Explanation> consentExplainAsync(Explain request) {
        return begin("consent.explain", request.toWire(), Explanation::fromWire);
    }

    /**
     * Which rule decides.
     *
     * @param purpose which
     * @param data which
     * @return the answer
     */
    public Explanation consentExplain(String purpose, String data) {
        return ask("consent.explain", Explain.of(purpose, data).toWire(), Explanation::fromWire);
    }

    /**
     * Which rule decides.
     *
     * <p>Does not wait.
     *
     * @param purpose which
     * @param data which
     * @return the answer, once it is there
     */
    public CompletableFuture<Explanation> consentExplainAsync(String purpose, String data) {
        return begin("consent.explain", Explain.of(purpose, data).toWire(), Explanation::fromWire);
    }

    /**
     * What may be counted over many people, and whether it is.
     *
     * @return the answer
     */
    public List<SignalView> signals() {
        return ask("signals", null, v0 -> Read.list(v0, SignalView::fromWire));
    }

    /**
     * What may be counted over many people, and whether it is.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<SignalView>> signalsAsync() {
        return begin("signals", null, v0 -> Read.list(v0, SignalView::fromWire));
    }

    /**
     * What waits to be sent, with its exact bytes, and what would come next.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public List<Preview> signalsPreview() {
        return ask("signals.preview", null, v0 -> Read.list(v0, Preview::fromWire));
    }

    /**
     * What waits to be sent, with its exact bytes, and what would come next.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Preview>> signalsPreviewAsync() {
        return begin("signals.preview", null, v0 -> Read.list(v0, Preview::fromWire));
    }

    /**
     * What left this device.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public List<SentReport> signalsSent() {
        return ask("signals.sent", null, v0 -> Read.list(v0, SentReport::fromWire));
    }

    /**
     * What left this device.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<SentReport>> signalsSentAsync() {
        return begin("signals.sent", null, v0 -> Read.list(v0, SentReport::fromWire));
    }

    /**
     * What kinds of data the bank and advisers were given.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public List<Disclosure> disclosures() {
        return ask("disclosures", null, v0 -> Read.list(v0, Disclosure::fromWire));
    }

    /**
     * What kinds of data the bank and advisers were given.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Disclosure>> disclosuresAsync() {
        return begin("disclosures", null, v0 -> Read.list(v0, Disclosure::fromWire));
    }

    /**
     * The privacy budget and what is left.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public BudgetView signalsBudget() {
        return ask("signals.budget", null, BudgetView::fromWire);
    }

    /**
     * The privacy budget and what is left.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<BudgetView> signalsBudgetAsync() {
        return begin("signals.budget", null, BudgetView::fromWire);
    }

    /**
     * What was not sent, and why.
     *
     * <p>The person's own right: needs no consent.
     *
     * @return the answer
     */
    public List<Dropped> signalsDropped() {
        return ask("signals.dropped", null, v0 -> Read.list(v0, Dropped::fromWire));
    }

    /**
     * What was not sent, and why.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<Dropped>> signalsDroppedAsync() {
        return begin("signals.dropped", null, v0 -> Read.list(v0, Dropped::fromWire));
    }

    /**
     * Measure one signal and put it into the outbox.
     *
     * <p>Needs consent to {@code aggregate_statistics}.
     *
     * @param request what is asked
     * @return the answer
     */
    public boolean signalsContribute(OneSignal request) {
        return ask("signals.contribute", request.toWire(), Read::truth);
    }

    /**
     * Measure one signal and put it into the outbox.
     *
     * <p>Needs consent to {@code aggregate_statistics}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Boolean> signalsContributeAsync(OneSignal request) {
        return begin("signals.contribute", request.toWire(), Read::truth);
    }

    /**
     * Measure one signal and put it into the outbox.
     *
     * <p>Needs consent to {@code aggregate_statistics}.
     *
     * @param signal which
     * @return the answer
     */
    public boolean signalsContribute(String signal) {
        return ask("signals.contribute", OneSignal.of(signal).toWire(), Read::truth);
    }

    /**
     * Measure one signal and put it into the outbox.
     *
     * <p>Needs consent to {@code aggregate_statistics}.
     *
     * <p>Does not wait.
     *
     * @param signal which
     * @return the answer, once it is there
     */
    public CompletableFuture<Boolean> signalsContributeAsync(String signal) {
        return begin("signals.contribute", OneSignal.of(signal).toWire(), Read::truth);
    }

    /**
     * Measure, seal and send what consent allows.
     *
     * @param request what is asked
     * @return the answer
     */
    public SyncReport sync(Sync request) {
        return ask("sync", request.toWire(), SyncReport::fromWire);
    }

    /**
     * Measure, seal and send what consent allows.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<SyncReport> syncAsync(Sync request) {
        return begin("sync", request.toWire(), SyncReport::fromWire);
    }

    /**
     * Measure, seal and send what consent allows.
     *
     * @return the answer
     */
    public SyncReport sync() {
        return ask("sync", Sync.of().toWire(), SyncReport::fromWire);
    }

    /**
     * Measure, seal and send what consent allows.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<SyncReport> syncAsync() {
        return begin("sync", Sync.of().toWire(), SyncReport::fromWire);
    }

    /**
     * Measure, seal and send what consent allows.
     *
     * @param hurry whether reports go at once and not at the random moment drawn for each
     * @return the answer
     */
    public SyncReport sync(boolean hurry) {
        return ask("sync", Sync.of().withHurry(hurry).toWire(), SyncReport::fromWire);
    }

    /**
     * Measure, seal and send what consent allows.
     *
     * <p>Does not wait.
     *
     * @param hurry whether reports go at once and not at the random moment drawn for each
     * @return the answer, once it is there
     */
    public CompletableFuture<SyncReport> syncAsync(boolean hurry) {
        return begin("sync", Sync.of().withHurry(hurry).toWire(), SyncReport::fromWire);
    }

    /**
     * Write everything into a ZIP.
     *
     * <p>The person's own right: needs no consent.
     *
     * @param request what is asked
     * @return the answer
     */
    public Map<String, Long> export(Export request) {
        return ask("export", request.toWire(), v0 -> Read.map(v0, Read::whole));
    }

    /**
     * Write everything into a ZIP.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Map<String, Long>> exportAsync(Export request) {
        return begin("export", request.toWire(), v0 -> Read.map(v0, Read::whole));
    }

    /**
     * Write everything into a ZIP.
     *
     * <p>The person's own right: needs no consent.
     *
     * @param path which
     * @return the answer
     */
    public Map<String, Long> export(String path) {
        return ask("export", Export.of(path).toWire(), v0 -> Read.map(v0, Read::whole));
    }

    /**
     * Write everything into a ZIP.
     *
     * <p>The person's own right: needs no consent.
     *
     * <p>Does not wait.
     *
     * @param path which
     * @return the answer, once it is there
     */
    public CompletableFuture<Map<String, Long>> exportAsync(String path) {
        return begin("export", Export.of(path).toWire(), v0 -> Read.map(v0, Read::whole));
    }

    /**
     * Destroy the keys, then the store.
     *
     * @return the answer
     */
    public ErasureReceipt erase() {
        return ask("erase", null, ErasureReceipt::fromWire);
    }

    /**
     * Destroy the keys, then the store.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<ErasureReceipt> eraseAsync() {
        return begin("erase", null, ErasureReceipt::fromWire);
    }

    /**
     * Check the store's integrity.
     *
     * @return the answer
     */
    public IntegrityReport doctor() {
        return ask("doctor", null, IntegrityReport::fromWire);
    }

    /**
     * Check the store's integrity.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<IntegrityReport> doctorAsync() {
        return begin("doctor", null, IntegrityReport::fromWire);
    }

    /**
     * The models and their digests.
     *
     * @return the answer
     */
    public List<ModelView> models() {
        return ask("models", null, v0 -> Read.list(v0, ModelView::fromWire));
    }

    /**
     * The models and their digests.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<ModelView>> modelsAsync() {
        return begin("models", null, v0 -> Read.list(v0, ModelView::fromWire));
    }

    /**
     * Examine the models and replay their golden answers.
     *
     * @return the answer
     */
    public List<ModelCheck> modelsVerify() {
        return ask("models.verify", null, v0 -> Read.list(v0, ModelCheck::fromWire));
    }

    /**
     * Examine the models and replay their golden answers.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<ModelCheck>> modelsVerifyAsync() {
        return begin("models.verify", null, v0 -> Read.list(v0, ModelCheck::fromWire));
    }

    /**
     * A model's card, in Markdown.
     *
     * @param request what is asked
     * @return the answer
     */
    public String modelsCard(OneModel request) {
        return ask("models.card", request.toWire(), Read::text);
    }

    /**
     * A model's card, in Markdown.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<String> modelsCardAsync(OneModel request) {
        return begin("models.card", request.toWire(), Read::text);
    }

    /**
     * A model's card, in Markdown.
     *
     * @param name which
     * @return the answer
     */
    public String modelsCard(String name) {
        return ask("models.card", OneModel.of(name).toWire(), Read::text);
    }

    /**
     * A model's card, in Markdown.
     *
     * <p>Does not wait.
     *
     * @param name which
     * @return the answer, once it is there
     */
    public CompletableFuture<String> modelsCardAsync(String name) {
        return begin("models.card", OneModel.of(name).toWire(), Read::text);
    }

    /**
     * Take signed updates of the models.
     *
     * @param request what is asked
     * @return the answer
     */
    public List<ModelUpdate> modelsUpdate(UpdateModels request) {
        return ask("models.update", request.toWire(), v0 -> Read.list(v0, ModelUpdate::fromWire));
    }

    /**
     * Take signed updates of the models.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<List<ModelUpdate>> modelsUpdateAsync(UpdateModels request) {
        return begin("models.update", request.toWire(), v0 -> Read.list(v0, ModelUpdate::fromWire));
    }

    /**
     * Take signed updates of the models.
     *
     * @param folder holds {@code metadata} and {@code targets}, as The Update Framework lays them out
     * @param root file with the root metadata that is trusted
     * @return the answer
     */
    public List<ModelUpdate> modelsUpdate(String folder, String root) {
        return ask(
                "models.update",
                UpdateModels.of(folder, root).toWire(),
                v0 -> Read.list(v0, ModelUpdate::fromWire));
    }

    /**
     * Take signed updates of the models.
     *
     * <p>Does not wait.
     *
     * @param folder holds {@code metadata} and {@code targets}, as The Update Framework lays them out
     * @param root file with the root metadata that is trusted
     * @return the answer, once it is there
     */
    public CompletableFuture<List<ModelUpdate>> modelsUpdateAsync(String folder, String root) {
        return begin(
                "models.update",
                UpdateModels.of(folder, root).toWire(),
                v0 -> Read.list(v0, ModelUpdate::fromWire));
    }

    /**
     * Delete an account with everything that came of it.
     *
     * @param request what is asked
     * @return the answer
     */
    public Map<String, Long> accountsForget(OneAccount request) {
        return ask("accounts.forget", request.toWire(), v0 -> Read.map(v0, Read::whole));
    }

    /**
     * Delete an account with everything that came of it.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<Map<String, Long>> accountsForgetAsync(OneAccount request) {
        return begin("accounts.forget", request.toWire(), v0 -> Read.map(v0, Read::whole));
    }

    /**
     * Delete an account with everything that came of it.
     *
     * @param key which
     * @return the answer
     */
    public Map<String, Long> accountsForget(String key) {
        return ask("accounts.forget", OneAccount.of(key).toWire(), v0 -> Read.map(v0, Read::whole));
    }

    /**
     * Delete an account with everything that came of it.
     *
     * <p>Does not wait.
     *
     * @param key which
     * @return the answer, once it is there
     */
    public CompletableFuture<Map<String, Long>> accountsForgetAsync(String key) {
        return begin("accounts.forget", OneAccount.of(key).toWire(), v0 -> Read.map(v0, Read::whole));
    }

    /**
     * Say what an instalment would do to the person's money; it never declines.
     *
     * <p>Needs consent to {@code credit_prescreening}.
     *
     * @param request what is asked
     * @return the answer
     */
    public LoanAssessment loansAssess(AssessLoan request) {
        return ask("loans.assess", request.toWire(), LoanAssessment::fromWire);
    }

    /**
     * Say what an instalment would do to the person's money; it never declines.
     *
     * <p>Needs consent to {@code credit_prescreening}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<LoanAssessment> loansAssessAsync(AssessLoan request) {
        return begin("loans.assess", request.toWire(), LoanAssessment::fromWire);
    }

    /**
     * Say what an instalment would do to the person's money; it never declines.
     *
     * <p>Needs consent to {@code credit_prescreening}.
     *
     * @param amount what would be paid out
     * @param months how many instalments
     * @param monthly one instalment
     * @return the answer
     */
    public LoanAssessment loansAssess(Money amount, long months, Money monthly) {
        return ask("loans.assess", AssessLoan.of(amount, months, monthly).toWire(), LoanAssessment::fromWire);
    }

    /**
     * Say what an instalment would do to the person's money; it never declines.
     *
     * <p>Needs consent to {@code credit_prescreening}.
     *
     * <p>Does not wait.
     *
     * @param amount what would be paid out
     * @param months how many instalments
     * @param monthly one instalment
     * @return the answer, once it is there
     */
    public CompletableFuture<LoanAssessment> loansAssessAsync(Money amount, long months, Money monthly) {
        return begin("loans.assess", AssessLoan.of(amount, months, monthly).toWire(), LoanAssessment::fromWire);
    }

    /**
     * Assess a loan and put it before an adviser, whatever was found.
     *
     * <p>Needs consent to {@code credit_prescreening} and to {@code adviser_review}.
     *
     * @param request what is asked
     * @return the answer
     */
    public ReviewView loansPropose(ProposeLoan request) {
        return ask("loans.propose", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Assess a loan and put it before an adviser, whatever was found.
     *
     * <p>Needs consent to {@code credit_prescreening} and to {@code adviser_review}.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<ReviewView> loansProposeAsync(ProposeLoan request) {
        return begin("loans.propose", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Put something before whoever decides it, which takes the consent that its kind and its evidence are under.
     *
     * @param request what is asked
     * @return the answer
     */
    public ReviewView reviewsPropose(ProposeReview request) {
        return ask("reviews.propose", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Put something before whoever decides it, which takes the consent that its kind and its evidence are under.
     *
     * <p>Does not wait.
     *
     * @param request what is asked
     * @return the answer, once it is there
     */
    public CompletableFuture<ReviewView> reviewsProposeAsync(ProposeReview request) {
        return begin("reviews.propose", request.toWire(), ReviewView::fromWire);
    }

    /**
     * Put something before whoever decides it, which takes the consent that its kind and its evidence are under.
     *
     * @param kind of the review, as the rules name it
     * @param terms what would be done; exactly the fields that the rules list for the kind
     * @return the answer
     */
    public ReviewView reviewsPropose(String kind, Map<String, Value> terms) {
        return ask("reviews.propose", ProposeReview.of(kind, terms).toWire(), ReviewView::fromWire);
    }

    /**
     * Put something before whoever decides it, which takes the consent that its kind and its evidence are under.
     *
     * <p>Does not wait.
     *
     * @param kind of the review, as the rules name it
     * @param terms what would be done; exactly the fields that the rules list for the kind
     * @return the answer, once it is there
     */
    public CompletableFuture<ReviewView> reviewsProposeAsync(String kind, Map<String, Value> terms) {
        return begin("reviews.propose", ProposeReview.of(kind, terms).toWire(), ReviewView::fromWire);
    }

    /**
     * List the categories, with their words for people.
     *
     * @return the answer
     */
    public List<CategoryView> categories() {
        return ask("categories", null, v0 -> Read.list(v0, CategoryView::fromWire));
    }

    /**
     * List the categories, with their words for people.
     *
     * <p>Does not wait.
     *
     * @return the answer, once it is there
     */
    public CompletableFuture<List<CategoryView>> categoriesAsync() {
        return begin("categories", null, v0 -> Read.list(v0, CategoryView::fromWire));
    }
}
