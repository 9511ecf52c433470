plugins {
  application
}

repositories {
  // The check of the examples passes a folder; otherwise the release is on Maven Central.
  findProperty("sana4j.repository")?.let { maven(it) }
  mavenCentral()
}

// tag::dependencies[]
dependencies {
  implementation(platform("dev.sana4j:sana4j-bom:0.1.0"))
  implementation("dev.sana4j:sana4j")
  implementation("dev.sana4j:sana4j-model-emoji")
  runtimeOnly("dev.sana4j:sana4j-natives-linux-x86_64")
  runtimeOnly("org.slf4j:slf4j-nop:2.0.17") // sana4j logs by SLF4J; choose any of its providers
}
// end::dependencies[]

java {
  toolchain {
    languageVersion = JavaLanguageVersion.of(17)
  }
}

application {
  mainClass = "example.Main"
  applicationDefaultJvmArgs = listOf("--enable-native-access=ALL-UNNAMED")
}
