# For the scripts beside it: builds Ponticello and what measures, and sets root, java_home and class_path.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=$root/bench/java/target/launcher

# The launcher builds what it starts, and knows where the JDK is.
settings=$(PONTICELLO_JAVA_OPTS=-XshowSettings:properties "$root/ponticello" --version 2>&1) || { echo "$settings" >&2; exit 1; }
java_home=$(sed -n 's/^ *java\.home = //p' <<< "$settings")

is_built() {
    [ -e "$target/built" ] && [ -z "$(find "$root/pom.xml" "$root/core/pom.xml" "$root/core/src/main" "$root/bench/java/pom.xml" \
        "$root/bench/java/src" -newer "$target/built" -print -quit)" ]
}
if ! is_built; then
    echo 'building bench/java' >&2
    said=$(cd "$root" && JAVA_HOME=$java_home ./mvnw -q -B -ntp -Dlauncher -Pbench -pl bench/java -am package 2>&1) \
        || { echo "$said" >&2; exit 1; }
    touch "$target/built"
fi
class_path="$target/bench.jar:$target/lib/*"
