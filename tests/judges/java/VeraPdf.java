// Judges PDF files with veraPDF, called by tests/judges/verapdf.

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

public final class VeraPdf {
    /** The name on the command line, and the profile's file in the bundle. */
    private static final Map<String, String> PROFILES = Map.of(
            "2a", "PDFA-2A.xml", "2b", "PDFA-2B.xml", "2u", "PDFA-2U.xml",
            "3a", "PDFA-3A.xml", "3b", "PDFA-3B.xml", "3u", "PDFA-3U.xml",
            "4", "PDFA-4.xml", "4f", "PDFA-4F.xml", "ua1", "PDFUA-1.xml");

    public static void main(String[] args) {
        Logger.getLogger("").setLevel(Level.SEVERE);
        List<String> profiles = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            if (!args[i].equals("--profile")) {
                files.add(Path.of(args[i]));
            } else if (++i < args.length && PROFILES.containsKey(args[i])) {
                profiles.add(args[i]);
            } else {
                usage();
            }
        }
        if (profiles.isEmpty() || files.isEmpty()) usage();

        VeraGreenfieldFoundryProvider.initialise();
        boolean compliant = true;
        for (Path file : files) {
            for (String profile : profiles) {
                try {
                    ValidationResult result = judge(file, profile);
                    compliant &= result.isCompliant();
                    System.out.println(line(file, profile, result));
                } catch (Exception e) {
                    System.err.println("veraPDF could not judge " + file + " as " + profile + ": " + e);
                    System.exit(2);
                }
            }
        }
        System.exit(compliant ? 0 : 1);
    }

    private static void usage() {
        System.err.println("usage: verapdf --profile {2a|2b|2u|3a|3b|3u|4|4f|ua1} ... FILE ...");
        System.exit(2);
    }

    private static ValidationResult judge(Path file, String name) throws Exception {
        ValidationProfile profile;
        try (InputStream xml = PDFAValidator.class.getResourceAsStream(
                "/org/verapdf/pdfa/validation/" + PROFILES.get(name))) {
            profile = Profiles.profileFromXml(xml);
        }
        InputStream bytes = new ByteArrayInputStream(Files.readAllBytes(file));
        try (PDFAParser parser = Foundries.defaultInstance().createParser(bytes, profile.getPDFAFlavour());
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
            ValidationResult result = validator.validate(parser);
            // A profile that did not load has no rule, and everything complies with no rule.
            if (profile.getRules().isEmpty() || result.getTotalAssertions() == 0) {
                throw new IllegalStateException("no rule was checked");
            }
            return result;
        }
    }

    private static String line(Path file, String profile, ValidationResult result) {
        Map<String, String> failed = new TreeMap<>();
        for (Map.Entry<RuleId, Integer> check : result.getFailedChecks().entrySet()) {
            RuleId rule = check.getKey();
            String description = result.getValidationProfile().getRuleByRuleId(rule).getDescription();
            String where = result.getTestAssertions().stream()
                    .filter(a -> a.getStatus() == TestAssertion.Status.FAILED && a.getRuleId().equals(rule))
                    .map(a -> a.getLocation().getContext()).findFirst().orElse("");
            failed.put(rule.getClause() + "/" + rule.getTestNumber(),
                    "{\"clause\":" + quote(rule.getClause()) + ",\"test\":" + rule.getTestNumber()
                            + ",\"description\":" + quote(description) + ",\"count\":" + check.getValue()
                            + ",\"first\":" + quote(where) + "}");
        }
        return "{\"file\":" + quote(file.toString()) + ",\"profile\":" + quote(profile)
                + ",\"compliant\":" + result.isCompliant() + ",\"checks\":" + result.getTotalAssertions()
                + ",\"failed\":[" + String.join(",", failed.values()) + "]}";
    }

    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < 0x20 || c > 0x7e) out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }
}
