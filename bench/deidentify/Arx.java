import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.deidentifier.arx.*;
import org.deidentifier.arx.ARXLattice.ARXNode;
import org.deidentifier.arx.AttributeType.Hierarchy;
import org.deidentifier.arx.aggregates.StatisticsEquivalenceClasses;
import org.deidentifier.arx.aggregates.StatisticsQuality;
import org.deidentifier.arx.criteria.*;
import org.deidentifier.arx.metric.InformationLoss;
import org.deidentifier.arx.metric.Metric;
import org.deidentifier.arx.risk.RiskModelPopulationUniqueness.PopulationUniquenessModel;

/**
 * Asks ARX one question per line of standard input (or in the arguments) and answers with one JSON object per line.
 *
 * A question is a line of key=value words; quotes keep blanks.
 *
 *   data=FILE          CSV with a header; the separator is `;`, or `,` where the first line has no `;`
 *   hier=PREFIX        the hierarchy of a column is the file PREFIX + column + ".csv"
 *   qis=all | all-a,b | a,b    columns that models name after @ are sensitive and never among them
 *   types=col:integer,...      integer, decimal, date:FORMAT, order:low/mid/high; else text
 *   models=            k:5  ld:3@s  le:3@s  lr:4:3@s (recursive)  te:0.2@s  th:0.2@s  to:0.2@s (closeness: equal,
 *                      hierarchical, ordered)  bb:1@s  be:1@s (beta-likeness)  dd:1@s (delta-disclosure)  d:0.05:0.15
 *                      (presence)  kmap:5  kmap:5:SIGNIFICANCE:POPULATION[:zero]  avg:0.1  avg:AVERAGE:HIGHEST:AT_RISK
 *                      su:0.1  pu:0.1:DANKAR:POPULATION  profit:prosecutor[-no-attack]  profit:journalist[-no-attack]
 *                      dp:EPSILON:DELTA[:DEGREE]; POPULATION is a sampling fraction up to 1, else a number of people
 *   subset=FILE | subsetrows=FILE      the research subset, as rows like those of the table or as row numbers from 0
 *   inclusion=1        only the subset is released
 *   cost=BENEFIT,LOSS,GAIN,ATTEMPT     of profitability
 *   limit=0.05         share of records that may be suppressed
 *   metric=            loss[:G] entropy[:G] entropy-monotonic[:G] entropy-normalized precision[:G] precision-monotonic[:G]
 *                      discernibility discernibility-monotonic aecs[:G] ambiguity height kl ebil payout-prosecutor
 *                      payout-journalist, where G is the factor between generalisation and suppression
 *   function=SUM | MAXIMUM | ARITHMETIC_MEAN | GEOMETRIC_MEAN | RANK     weights=col:2,...
 *   min=col:1,... max=col:2,... node=col:1,...    bounds on levels
 *   alg=OPTIMAL | BEST_EFFORT_BOTTOM_UP | ... steps=N time=MS pm=1       how ARX searches
 *   local=fast:0.01 | iter:0.05,100,0.05                                 local recoding after it
 *   runs=5             the median leaves out the first two, or the first of fewer
 *   nodes=1            every node that ARX materialised     quality=0   no quality statistics
 *   output=FILE        the released table     trace=1   the stack of an error     name=TEXT   repeated in the answer
 */
public final class Arx {

    private static final Charset UTF8 = StandardCharsets.UTF_8;
    private final Map<String, Data> tables = new HashMap<>();

    public static void main(String[] args) throws Exception {
        Arx arx = new Arx();
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        System.setOut(System.err);
        if (args.length > 0) {
            out.println(arx.answer(args));
            return;
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!line.trim().isEmpty() && !line.startsWith("#")) {
                out.println(arx.answer(words(line).toArray(new String[0])));
            }
        }
    }

    private String answer(String[] words) {
        Map<String, Object> json = new LinkedHashMap<>();
        Map<String, String> q = new LinkedHashMap<>();
        try {
            for (String word : words) {
                int at = word.indexOf('=');
                if (at < 0) throw new IllegalArgumentException("key=value expected: " + word);
                q.put(word.substring(0, at), word.substring(at + 1));
            }
            if (q.containsKey("name")) json.put("name", q.get("name"));
            ask(q, json);
        } catch (Throwable e) {
            json.put("error", e.toString());
            if (q.containsKey("trace")) e.printStackTrace();
        }
        return render(json);
    }

    private void ask(Map<String, String> q, Map<String, Object> json) throws Exception {
        String path = need(q, "data");
        long start = System.nanoTime();
        Data data = tables.get(path);
        if (data == null) {
            tables.clear();
            data = Data.create(path, UTF8, separator(path));
            tables.put(path, data);
        }
        json.put("load_ms", ms(System.nanoTime() - start));
        List<String> qis = define(data, q);
        int runs = Integer.parseInt(q.getOrDefault("runs", "1"));
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        double[] cpu = new double[runs];
        double[] wall = new double[runs];
        ARXResult result = null;
        DataSubset subset = subset(data, q);
        ARXConfiguration config = null;
        for (int run = 0; run < runs; run++) {
            data.getHandle().release();
            config = configure(data, q, qis, subset);
            ARXAnonymizer anonymizer = new ARXAnonymizer();
            if (q.containsKey("snapshot")) anonymizer.setMaximumSnapshotSizeDataset(Double.parseDouble(q.get("snapshot")));
            long w = System.nanoTime();
            long c = bean.getCurrentThreadCpuTime();
            result = anonymizer.anonymize(data, config);
            cpu[run] = ms(bean.getCurrentThreadCpuTime() - c);
            wall[run] = ms(System.nanoTime() - w);
        }
        int drop = runs >= 5 ? 2 : runs >= 2 ? 1 : 0;
        json.put("runs", runs);
        json.put("cold_cpu_ms", cpu[0]);
        json.put("warm_cpu_median_ms", median(cpu, drop));
        json.put("warm_wall_median_ms", median(wall, drop));
        json.put("cpu_ms", cpu);
        report(data, config, result, q, json);
    }

    private void report(Data data, ARXConfiguration config, ARXResult result, Map<String, String> q, Map<String, Object> json) throws Exception {
        json.put("lattice_size", result.getLattice().getVirtualSize().toString().length() < 18 ? (Object) result.getLattice().getVirtualSize().longValue() : result.getLattice().getVirtualSize().toString());
        json.put("checked", result.getProcessStatistics().getTransformationsChecked());
        if (q.containsKey("nodes")) json.put("nodes", nodes(result));
        json.put("privacy_monotonicity", config.getMonotonicityOfPrivacy().toString());
        json.put("utility_monotonicity", config.getMonotonicityOfUtility().toString());
        json.put("solution", result.isResultAvailable());
        if (!result.isResultAvailable()) return;
        json.put("optimum_found", result.getOptimumFound());
        ARXNode node = result.getGlobalOptimum();
        json.put("levels", levels(node));
        json.put("score", score(node.getHighestScore()));
        Object parts = node.getHighestScore().getValue();
        if (parts instanceof double[]) json.put("parts", parts);
        DataHandle output = result.getOutput(node, false);
        if (q.containsKey("local")) {
            long c = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            local(result, output, q.get("local"));
            json.put("local_cpu_ms", ms(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - c));
        }
        counts(output, json);
        if (output.getView() != output) {
            Map<String, Object> view = new LinkedHashMap<>();
            counts(output.getView(), view);
            json.put("subset", view);
        }
        if (!q.getOrDefault("quality", "1").equals("0")) quality(output, json);
        if (q.containsKey("output")) output.save(q.get("output"), ';');
        output.release();
    }

    private static void counts(DataHandle output, Map<String, Object> json) {
        StatisticsEquivalenceClasses classes = output.getStatistics().getEquivalenceClassStatistics();
        json.put("suppressed_records", classes.getNumberOfSuppressedRecords());
        json.put("classes", classes.getNumberOfEquivalenceClasses());
        json.put("avg_class", classes.getAverageEquivalenceClassSize());
        json.put("min_class", classes.getMinimalEquivalenceClassSize());
        json.put("max_class", classes.getMaximalEquivalenceClassSize());
        json.put("records", classes.getNumberOfRecordsIncludingSuppressedRecords());
    }

    private static void quality(DataHandle output, Map<String, Object> json) {
        StatisticsQuality quality = output.getStatistics().getQualityStatistics();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("granularity_mean", quality.getGranularity().getArithmeticMean(false));
        all.put("gen_intensity_mean", quality.getGeneralizationIntensity().getArithmeticMean(false));
        all.put("nu_entropy_mean", quality.getNonUniformEntropy().getArithmeticMean(false));
        all.put("granularity_normalized", quality.getGranularity().getArithmeticMean(true));
        all.put("discernibility", quality.getDiscernibility().getValue());
        all.put("aecs", quality.getAverageClassSize().getValue());
        all.put("ambiguity", quality.getAmbiguity().getValue());
        json.put("quality", all);
    }

    private static void local(ARXResult result, DataHandle output, String how) throws Exception {
        String[] p = how.split(":", 2);
        String[] n = p.length > 1 ? p[1].split(",") : new String[0];
        if (p[0].equals("fast")) {
            result.optimizeIterativeFast(output, Double.parseDouble(n[0]));
        } else if (p[0].equals("iter")) {
            result.optimizeIterative(output, Double.parseDouble(n[0]), Integer.parseInt(n[1]), Double.parseDouble(n[2]));
        } else {
            throw new IllegalArgumentException("local=fast:FRACTION or iter:GSFACTOR,ITERATIONS,ADJUSTMENT");
        }
    }

    private static List<Object> nodes(ARXResult result) {
        List<Object> list = new ArrayList<>();
        for (ARXNode[] level : result.getLattice().getLevels()) {
            for (ARXNode node : level) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("levels", node.getTransformation());
                one.put("anonymity", node.getAnonymity().toString());
                one.put("checked", node.isChecked());
                one.put("lowest", score(node.getLowestScore()));
                one.put("highest", score(node.getHighestScore()));
                list.add(one);
            }
        }
        return list;
    }

    private static Map<String, Object> levels(ARXNode node) {
        Map<String, Object> levels = new LinkedHashMap<>();
        for (String qi : node.getQuasiIdentifyingAttributes()) levels.put(qi, node.getGeneralization(qi));
        return levels;
    }

    private static Object score(InformationLoss<?> loss) {
        if (loss == null) return null;
        if (loss.getValue() instanceof Double) return loss.getValue();
        try {
            return Double.valueOf(loss.toString());
        } catch (NumberFormatException e) {
            return loss.toString();
        }
    }

    private List<String> define(Data data, Map<String, String> q) throws IOException {
        DataHandle handle = data.getHandle();
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < handle.getNumColumns(); i++) columns.add(handle.getAttributeName(i));
        Set<String> qis = new HashSet<>();
        String wanted = q.getOrDefault("qis", "all");
        if (wanted.startsWith("all")) {
            qis.addAll(columns);
            if (wanted.startsWith("all-")) qis.removeAll(Arrays.asList(wanted.substring(4).split(",")));
        } else {
            qis.addAll(Arrays.asList(wanted.split(",")));
        }
        Set<String> sensitive = sensitive(q);
        qis.removeAll(sensitive);
        Map<String, String> types = pairs(q.get("types"));
        Map<String, String> min = pairs(q.get("min"));
        Map<String, String> max = pairs(q.get("max"));
        Map<String, String> at = pairs(q.get("node"));
        List<String> inOrder = new ArrayList<>();
        DataDefinition d = data.getDefinition();
        for (String column : columns) {
            d.resetMinimumGeneralization(column);
            d.resetMaximumGeneralization(column);
            d.setDataType(column, type(types.get(column)));
            if (sensitive.contains(column)) {
                d.setAttributeType(column, AttributeType.SENSITIVE_ATTRIBUTE);
            } else if (qis.contains(column)) {
                inOrder.add(column);
                d.setAttributeType(column, AttributeType.QUASI_IDENTIFYING_ATTRIBUTE);
                d.setHierarchy(column, hierarchy(q, column));
                if (min.containsKey(column)) d.setMinimumGeneralization(column, Integer.parseInt(min.get(column)));
                if (max.containsKey(column)) d.setMaximumGeneralization(column, Integer.parseInt(max.get(column)));
                if (at.containsKey(column)) {
                    d.setMinimumGeneralization(column, Integer.parseInt(at.get(column)));
                    d.setMaximumGeneralization(column, Integer.parseInt(at.get(column)));
                }
            } else {
                d.setAttributeType(column, AttributeType.INSENSITIVE_ATTRIBUTE);
            }
        }
        return inOrder;
    }

    private static Set<String> sensitive(Map<String, String> q) {
        Set<String> set = new HashSet<>();
        for (String model : need(q, "models").split(",")) {
            int at = model.indexOf('@');
            if (at > 0) set.add(model.substring(at + 1));
        }
        return set;
    }

    private static DataType<?> type(String name) {
        if (name == null || name.equals("string")) return DataType.STRING;
        if (name.equals("integer")) return DataType.INTEGER;
        if (name.equals("decimal")) return DataType.DECIMAL;
        if (name.startsWith("date:")) return DataType.createDate(name.substring(5));
        if (name.startsWith("order:")) return DataType.createOrderedString(name.substring(6).split("/"));
        throw new IllegalArgumentException("type: " + name);
    }

    private static Hierarchy hierarchy(Map<String, String> q, String column) throws IOException {
        String file = need(q, "hier") + column + ".csv";
        return Hierarchy.create(file, UTF8, separator(file));
    }

    private static DataSubset subset(Data data, Map<String, String> q) throws IOException {
        if (q.containsKey("subset")) {
            data.getHandle().release();
            String file = q.get("subset");
            return DataSubset.create(data, Data.create(file, UTF8, separator(file)));
        }
        if (q.containsKey("subsetrows")) {
            Set<Integer> rows = new HashSet<>();
            for (String line : Files.readAllLines(Paths.get(q.get("subsetrows")), UTF8)) {
                if (!line.trim().isEmpty()) rows.add(Integer.parseInt(line.trim()));
            }
            return DataSubset.create(data, rows);
        }
        return null;
    }

    private ARXConfiguration configure(Data data, Map<String, String> q, List<String> qis, DataSubset subset) throws Exception {
        Metric<?> metric = metric(q.getOrDefault("metric", "loss"), q.get("function"));
        ARXConfiguration config = ARXConfiguration.create(Double.parseDouble(q.getOrDefault("limit", "0")), metric);
        String[] cost = q.getOrDefault("cost", "").split(",");
        if (cost.length == 4) {
            config.setCostBenefitConfiguration(ARXCostBenefitConfiguration.create()
                .setPublisherBenefit(Double.parseDouble(cost[0])).setPublisherLoss(Double.parseDouble(cost[1]))
                .setAdversaryGain(Double.parseDouble(cost[2])).setAdversaryCost(Double.parseDouble(cost[3])));
        }
        for (Map.Entry<String, String> weight : pairs(q.get("weights")).entrySet()) {
            config.setAttributeWeight(weight.getKey(), Double.parseDouble(weight.getValue()));
        }
        config.setAlgorithm(ARXConfiguration.AnonymizationAlgorithm.valueOf(q.getOrDefault("alg", "OPTIMAL")));
        config.setHeuristicSearchThreshold(Integer.MAX_VALUE);
        if (q.containsKey("steps")) config.setHeuristicSearchStepLimit(Integer.parseInt(q.get("steps")));
        if (q.containsKey("time")) config.setHeuristicSearchTimeLimit(Integer.parseInt(q.get("time")));
        else config.setHeuristicSearchTimeLimit(Integer.MAX_VALUE);
        config.setPracticalMonotonicity(q.getOrDefault("pm", "0").equals("1"));
        for (String model : q.get("models").split(",")) config.addPrivacyModel(model(model, data, q, subset));
        if (subset != null && q.getOrDefault("inclusion", "0").equals("1")) config.addPrivacyModel(new Inclusion(subset));
        return config;
    }

    private static PrivacyCriterion model(String text, Data data, Map<String, String> q, DataSubset subset) throws IOException {
        int sign = text.indexOf('@');
        String column = sign > 0 ? text.substring(sign + 1) : null;
        String[] p = (sign > 0 ? text.substring(0, sign) : text).split(":");
        switch (p[0]) {
            case "k": return new KAnonymity(Integer.parseInt(p[1]));
            case "ld": return new DistinctLDiversity(column, Integer.parseInt(p[1]));
            case "le": return new EntropyLDiversity(column, Double.parseDouble(p[1]), p.length > 2 && p[2].equals("grassberger")
                ? EntropyLDiversity.EntropyEstimator.GRASSBERGER : EntropyLDiversity.EntropyEstimator.SHANNON);
            case "lr": return new RecursiveCLDiversity(column, Double.parseDouble(p[1]), Integer.parseInt(p[2]));
            case "te": return new EqualDistanceTCloseness(column, Double.parseDouble(p[1]));
            case "th": return new HierarchicalDistanceTCloseness(column, Double.parseDouble(p[1]), hierarchy(q, column));
            case "to": return new OrderedDistanceTCloseness(column, Double.parseDouble(p[1]));
            case "d": return new DPresence(Double.parseDouble(p[1]), Double.parseDouble(p[2]), subset);
            case "dd": return new DDisclosurePrivacy(column, Double.parseDouble(p[1]));
            case "bb": return new BasicBLikeness(column, Double.parseDouble(p[1]));
            case "be": return new EnhancedBLikeness(column, Double.parseDouble(p[1]));
            case "kmap":
                if (p.length == 2) return new KMap(Integer.parseInt(p[1]), subset);
                return new KMap(Integer.parseInt(p[1]), Double.parseDouble(p[2]), population(data, Double.parseDouble(p[3])),
                    p.length > 4 && p[4].equals("zero") ? KMap.CellSizeEstimator.ZERO_TRUNCATED_POISSON : KMap.CellSizeEstimator.POISSON);
            case "avg":
                if (p.length == 4) return new AverageReidentificationRisk(Double.parseDouble(p[1]), Double.parseDouble(p[2]), Double.parseDouble(p[3]));
                return new AverageReidentificationRisk(Double.parseDouble(p[1]));
            case "su": return new SampleUniqueness(Double.parseDouble(p[1]));
            case "pu": return new PopulationUniqueness(Double.parseDouble(p[1]), PopulationUniquenessModel.valueOf(p[2].toUpperCase()),
                population(data, Double.parseDouble(p[3])));
            case "profit": switch (p[1]) {
                case "prosecutor": return new ProfitabilityProsecutor();
                case "prosecutor-no-attack": return new ProfitabilityProsecutorNoAttack();
                case "journalist": return new ProfitabilityJournalist(subset);
                default: return new ProfitabilityJournalistNoAttack(subset);
            }
            case "dp": return new EDDifferentialPrivacy(Double.parseDouble(p[1]), Double.parseDouble(p[2]),
                p.length > 3 ? DataGeneralizationScheme.create(data, DataGeneralizationScheme.GeneralizationDegree.valueOf(p[3])) : null, true);
            default: throw new IllegalArgumentException("model: " + text);
        }
    }

    /** A fraction up to 1 is a sampling fraction, a larger number a population size. */
    private static ARXPopulationModel population(Data data, double size) {
        return size > 1 ? ARXPopulationModel.create((long) size) : ARXPopulationModel.create(data.getHandle().getNumRows(), size);
    }

    private static Metric<?> metric(String text, String function) {
        String[] p = text.split(":");
        double gs = p.length > 1 ? Double.parseDouble(p[1]) : 0.5;
        Metric.AggregateFunction f = function == null ? null : Metric.AggregateFunction.valueOf(function);
        switch (p[0]) {
            case "loss": return f == null ? Metric.createLossMetric(gs) : Metric.createLossMetric(gs, f);
            case "entropy": return f == null ? Metric.createEntropyMetric(false, gs) : Metric.createEntropyMetric(false, gs, f);
            case "entropy-monotonic": return f == null ? Metric.createEntropyMetric(true, gs) : Metric.createEntropyMetric(true, gs, f);
            case "entropy-normalized": return f == null ? Metric.createNormalizedEntropyMetric() : Metric.createNormalizedEntropyMetric(f);
            case "precision": return f == null ? Metric.createPrecisionMetric(false, gs) : Metric.createPrecisionMetric(false, gs, f);
            case "precision-monotonic": return f == null ? Metric.createPrecisionMetric(true, gs) : Metric.createPrecisionMetric(true, gs, f);
            case "discernibility": return Metric.createDiscernabilityMetric();
            case "discernibility-monotonic": return Metric.createDiscernabilityMetric(true);
            case "aecs": return Metric.createAECSMetric(gs);
            case "ambiguity": return Metric.createAmbiguityMetric();
            case "height": return Metric.createHeightMetric();
            case "kl": return Metric.createKLDivergenceMetric();
            case "ebil": return Metric.createEntropyBasedInformationLossMetric(gs);
            case "payout-prosecutor": return Metric.createPublisherPayoutMetric(false, gs);
            case "payout-journalist": return Metric.createPublisherPayoutMetric(true, gs);
            default: throw new IllegalArgumentException("metric: " + text);
        }
    }

    private static char separator(String file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(Paths.get(file), UTF8)) {
            String line = reader.readLine();
            return line != null && line.indexOf(';') < 0 && line.indexOf(',') >= 0 ? ',' : ';';
        }
    }

    /** `a=1` pairs: `column:value`, separated by `,`. */
    private static Map<String, String> pairs(String text) {
        Map<String, String> map = new LinkedHashMap<>();
        if (text == null || text.isEmpty()) return map;
        for (String pair : text.split(",")) {
            int at = pair.indexOf(':');
            map.put(pair.substring(0, at), pair.substring(at + 1));
        }
        return map;
    }

    private static String need(Map<String, String> q, String key) {
        String value = q.get(key);
        if (value == null) throw new IllegalArgumentException("missing " + key + "=");
        return value;
    }

    private static double ms(long nanos) {
        return nanos / 1000 / 1000.0;
    }

    private static double median(double[] values, int drop) {
        double[] tail = Arrays.copyOfRange(values, drop, values.length);
        Arrays.sort(tail);
        int n = tail.length;
        return n % 2 == 1 ? tail[n / 2] : (tail[n / 2 - 1] + tail[n / 2]) / 2;
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        boolean open = false;
        for (char c : line.toCharArray()) {
            if (quote != 0) {
                if (c == quote) quote = 0; else word.append(c);
            } else if (c == '"' || c == '\'') {
                quote = c;
                open = true;
            } else if (Character.isWhitespace(c)) {
                if (open) words.add(word.toString());
                word.setLength(0);
                open = false;
            } else {
                word.append(c);
                open = true;
            }
        }
        if (open) words.add(word.toString());
        return words;
    }

    private static String render(Object value) {
        if (value == null) return "null";
        if (value instanceof Map) {
            StringBuilder s = new StringBuilder("{");
            for (Map.Entry<?, ?> e : ((Map<?, ?>) value).entrySet()) {
                if (s.length() > 1) s.append(", ");
                s.append(render(e.getKey())).append(": ").append(render(e.getValue()));
            }
            return s.append("}").toString();
        }
        if (value instanceof Iterable) {
            StringBuilder s = new StringBuilder("[");
            for (Object e : (Iterable<?>) value) s.append(s.length() > 1 ? ", " : "").append(render(e));
            return s.append("]").toString();
        }
        if (value instanceof double[]) {
            List<Object> list = new ArrayList<>();
            for (double d : (double[]) value) list.add(d);
            return render(list);
        }
        if (value instanceof int[]) {
            List<Object> list = new ArrayList<>();
            for (int d : (int[]) value) list.add(d);
            return render(list);
        }
        if (value instanceof Double && (((Double) value).isNaN() || ((Double) value).isInfinite())) return "\"" + value + "\"";
        if (value instanceof Number || value instanceof Boolean) return value.toString();
        StringBuilder s = new StringBuilder("\"");
        for (char c : value.toString().toCharArray()) {
            if (c == '"' || c == '\\') s.append('\\').append(c);
            else if (c < 0x20) s.append(String.format("\\u%04x", (int) c));
            else s.append(c);
        }
        return s.append("\"").toString();
    }
}
