@echo off
rem Runs the sana4j command line with the Java of the archive, of JAVA_HOME or of the path.
setlocal

set "SANA_HOME=%~dp0.."
set "SANA_JAVA=java"
if defined JAVA_HOME set "SANA_JAVA=%JAVA_HOME%\bin\java"
if exist "%SANA_HOME%\runtime\bin\java.exe" set "SANA_JAVA=%SANA_HOME%\runtime\bin\java"

"%SANA_JAVA%" -version >nul 2>&1
if errorlevel 1 (
  echo sana: Java was not found; install Java 17 or newer, or set JAVA_HOME 1>&2
  exit /b 127
)

rem Idle threads of OpenMP must not occupy cores that OpenBLAS needs.
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=PASSIVE"
if not defined OPENBLAS_THREAD_TIMEOUT set "OPENBLAS_THREAD_TIMEOUT=20"
if not defined SANA4J_REFERENCE set "SANA4J_REFERENCE=%SANA_HOME%\reference"

"%SANA_JAVA%" ^
  --enable-native-access=ALL-UNNAMED ^
  -XX:TieredStopAtLevel=1 -XX:+UseSerialGC ^
  -Djava.awt.headless=true ^
  -Dorg.bytedeco.javacpp.maxBytes=0 -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 ^
  "-Dsana4j.reference=%SANA4J_REFERENCE%" ^
  -cp "%SANA_HOME%\lib\*" ^
  dev.sana4j.cli.Sana %*
exit /b %ERRORLEVEL%
