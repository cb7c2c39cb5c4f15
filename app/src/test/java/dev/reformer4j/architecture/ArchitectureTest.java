package dev.reformer4j.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import dev.reformer4j.checkpoint.Safetensors;
import dev.reformer4j.cli.Main;
import dev.reformer4j.tensor.Tensor;
import java.security.CodeSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may call whom (ARCHITECTURE.md). `module-info` is the first fence; this one also holds where
/// somebody puts the jars on the class path, and between packages of one module.
class ArchitectureTest {
  private static final String ROOT = "dev.reformer4j.";
  private static final String VECTOR_API = "jdk.incubator.vector..";

  /// The packages of the libraries, lowest first; those of one row may not use each other. A row
  /// may use every row below it.
  private static final List<List<String>> LIBRARY =
      List.of(
          List.of("tensor"),
          List.of("kernel"),
          List.of("attention"),
          List.of("layer"),
          List.of("model"),
          List.of("train", "generate"));

  /// Rooms beside the line: they serve it, and know nothing of those who run models.
  private static final List<String> BESIDE = List.of("checkpoint", "text");

  private static final JavaClasses MAIN_CODE = mainCode();

  /// The folders or jars that these three modules were loaded from, which leaves the tests out.
  private static JavaClasses mainCode() {
    List<Location> locations =
        Stream.of(Tensor.class, Safetensors.class, Main.class)
            .map(type -> type.getProtectionDomain().getCodeSource())
            .map(CodeSource::getLocation)
            .map(Location::of)
            .toList();
    return new ClassFileImporter().importLocations(locations);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tensor",
        "kernel",
        "attention",
        "layer",
        "model",
        "generate",
        "train",
        "checkpoint",
        "text",
        "cli",
        "launch"
      })
  void everyRoomIsInView(String room) {
    assertThat(MAIN_CODE).anyMatch(isIn(room + ".."));
  }

  static Stream<Integer> rows() {
    return IntStream.range(0, LIBRARY.size()).boxed();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void dependenciesPointDownward(int row) {
    for (String room : LIBRARY.get(row)) {
      String[] forbidden =
          LIBRARY.stream()
              .skip(row)
              .flatMap(List::stream)
              .filter(other -> !other.equals(room))
              .map(other -> ROOT + other + "..")
              .toArray(String[]::new);
      check(
          noClasses()
              .that(isIn(room + ".."))
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(forbidden));
    }
  }

  @Test
  void noLibraryKnowsWhoUsesIt() {
    String[] library =
        Stream.concat(LIBRARY.stream().flatMap(List::stream), BESIDE.stream())
            .map(room -> ROOT + room + "..")
            .toArray(String[]::new);
    DescribedPredicate<JavaClass> ours = JavaClass.Predicates.resideInAPackage("dev.reformer4j..");
    DescribedPredicate<JavaClass> inLibrary = JavaClass.Predicates.resideInAnyPackage(library);
    check(
        noClasses()
            .that(inLibrary)
            .should()
            .dependOnClassesThat(ours.and(DescribedPredicate.not(inLibrary))));
    check(
        noClasses()
            .that(isIn("checkpoint..").or(isIn("text..")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "train..", ROOT + "generate.."));
  }

  @Test
  void theAttentionLibraryNeedsNothingButTheJdk() {
    check(
        classes()
            .that(isIn("tensor..").or(isIn("kernel..")).or(isIn("attention..")))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..", VECTOR_API, ROOT + "tensor..", ROOT + "kernel..", ROOT + "attention.."));
  }

  @Test
  void onlyTheKernelNamesTheVectorApi() {
    assertThat(MAIN_CODE)
        .as("the kernel does, so the rule sees what it forbids elsewhere")
        .anyMatch(type ->
            isIn("kernel..").test(type)
                && type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getPackageName())
                    .anyMatch("jdk.incubator.vector"::equals));
    check(
        noClasses()
            .that(DescribedPredicate.not(isIn("kernel..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(VECTOR_API));
  }

  @Test
  void theKernelServesLibrariesOnly() {
    DescribedPredicate<JavaClass> neighbours =
        JavaClass.Predicates.resideInAnyPackage(
            ROOT + "kernel..",
            ROOT + "attention..",
            ROOT + "layer..",
            ROOT + "model..",
            ROOT + "generate..",
            ROOT + "train..");
    check(
        noClasses()
            .that(DescribedPredicate.not(neighbours))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "kernel.."));
  }

  @Test
  void noTwoRoomsNeedEachOther() {
    check(slices().matching(ROOT + "(*)..").should().beFreeOfCycles());
  }

  @Test
  void onlyMainEndsTheProcess() {
    check(
        noClasses()
            .that(DescribedPredicate.not(HasName.Predicates.name(Main.class.getName())))
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class));
  }

  /// The generators named here take their numbers from the clock where nobody gives them a seed.
  @Test
  void randomnessComesFromSeeds() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, ThreadLocalRandom.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.security.SecureRandom"));
  }

  private static DescribedPredicate<JavaClass> isIn(String room) {
    return JavaClass.Predicates.resideInAPackage(ROOT + room);
  }

  /// Rooms that are still to be built are no violation.
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(MAIN_CODE);
  }
}
