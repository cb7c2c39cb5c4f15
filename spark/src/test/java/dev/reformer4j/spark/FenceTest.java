package dev.reformer4j.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.util.List;
import org.junit.jupiter.api.Test;

/// On the class path no module descriptor keeps this module to the exported packages.
class FenceTest {
  @Test
  void theKernelIsNotForThisModule() {
    JavaClasses ours =
        new ClassFileImporter()
            .importLocations(
                List.of(
                    Location.of(
                        SparkGradients.class.getProtectionDomain().getCodeSource().getLocation())));
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.reformer4j.kernel..", "jdk.incubator.vector..")
        .check(ours);
  }
}
