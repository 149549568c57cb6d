# shellcheck shell=bash
# What template.yaml says, without a YAML parser: its parameters, the variables of the function, its
# resources. Sourced by deploy.sh. Tests/Conformance/test_template_facts.py compares it with a parser.
set -euo pipefail # as deploy.sh has it; shellcheck reads each file by itself

# Most bytes of the function's environment. Lambda measures it as JSON, quotes and escapes included.
ENVIRONMENT_LIMIT=4096

# Rows "KIND<tab>NAME<tab>..." of the template.
template_rows() { # FILE
  awk -v stack="${STACK-}" '
    function bare(text) {
      sub(/^ +/, "", text)
      if (text ~ /^"/) { sub(/^"/, "", text); sub(/"[^"]*$/, "", text) } else sub(/ *#.*$/, "", text)
      return text
    }
    function resource() {
      if (section == "Resources" && name != "") print "resource\t" name "\t" type "\t" condition
      name = type = condition = ""
    }
    /^[A-Za-z]/ { resource(); section = $1; sub(/:.*/, "", section); in_variables = 0; next }
    /^  [A-Za-z0-9]+:/ {
      resource()
      name = $1; sub(/:.*/, "", name)
      if (section == "Parameters") print "parameter\t" name
      if (section == "Conditions") { text = $0; sub(/^[^:]*: */, "", text); print "condition\t" name "\t" text }
      next
    }
    section == "Parameters" && /^    Default:/ { sub(/^    Default:/, ""); print "default\t" name "\t" bare($0) }
    section == "Parameters" && /^    AllowedValues: \[[0-9", ]+\]/ { # of numbers
      text = $0; sub(/^[^[]*\[/, "", text); sub(/\].*/, "", text); gsub(/[" ]/, "", text)
      print "allowed\t" name "\t" text
    }
    section == "Resources" && /^    Type:/ { type = $2 }
    section == "Resources" && /^    Condition:/ { condition = $2 }
    section == "Resources" && /^ +Variables:/ { in_variables = index($0, "V"); next }
    in_variables && /^ *[^ #]/ && match($0, /[^ ]/) <= in_variables { in_variables = 0 }
    in_variables && /^ +[A-Z0-9_]+:/ {
      variable = $1; sub(/:.*/, "", variable)
      # Either a text, or !Ref PARAMETER, or !If [CONDITION, !Ref PARAMETER, !Ref OTHER].
      source = ""; if (match($0, /!Ref [A-Za-z0-9]+/)) source = substr($0, RSTART + 5, RLENGTH - 5)
      when = ""; if (match($0, /!If \[[A-Za-z0-9]+/)) when = substr($0, RSTART + 5, RLENGTH - 5)
      # Or the ARN of a resource, which the parameter of the condition makes.
      arn = ""; if ($0 ~ /!GetAtt/) { arn = "arn"; source = when; sub(/^Use/, "", source) }
      text = $0; sub(/^ *[A-Z0-9_]+:/, "", text)
      # What another parameter stands for is a number of at most four digits.
      if (text ~ /!Ref AWS::StackName\]/) text = stack
      else if (text ~ /!Ref [A-Za-z0-9]+\]/) text = "0000"
      else if (text ~ /AWS::NoValue\]/) text = "NONE"
      print "variable\t" variable "\t" source "\t" when "\t" bare(text) "\t" arn
    }
    END { resource() }
  ' "$1"
}

read_template() { # fills WORK/template
  template_rows "$ROOT/template.yaml" >"$WORK/template.rows"
  jq -Rn '[inputs | split("\t")] as $rows
    | def of($kind): $rows[] | select(.[0] == $kind);
      { parameters: [of("parameter")[1]],
        allowed: ([of("allowed") | {(.[1]): (.[2] | split(","))}] | add),
        defaults: ([of("default") | {(.[1]): .[2]}] | add),
        variables: [of("variable") | {name: .[1], parameter: .[2], condition: .[3], otherwise: .[4], is_arn: (.[5] == "arn")}],
        conditions: ([of("condition") | {(.[1]): .[2]}] | add),
        resources: [of("resource") | {type: .[2], condition: .[3]}] }' "$WORK/template.rows" >"$WORK/template"
}

require_parameter() { # NAME
  local known
  # shellcheck disable=SC2016  # the dollars belong to jq, here and below
  known=$(jq -r --arg name "$1" '.parameters | index($name) // ""' "$WORK/template")
  [ -n "$known" ] || die "the template has no parameter $1" 2
}

# Fills WORK/values: each parameter as it is after the deployment with these overrides.
plan_values() { # overrides as KEY=VALUE
  jq -n --slurpfile template "$WORK/template" --slurpfile stack "$WORK/stack" '
    ($template[0].defaults)
    + ($stack[0].Parameters // [] | map({key: .ParameterKey, value: .ParameterValue}) | from_entries)
    + ($ARGS.positional | map(index("=") as $i | {key: .[:$i], value: .[$i + 1:]}) | from_entries)' \
    --args ${1+"$@"} >"$WORK/values"
}

value_of() { # PARAMETER
  # shellcheck disable=SC2016
  jq -r --arg name "$1" '.[$name] // ""' "$WORK/values"
}

# A function of jq: whether a condition of the template is met by the values of the parameters.
# shellcheck disable=SC2016
IS_MET='
  # The text of a condition, reduced from the inside out to T or F.
  def simplify:
    gsub("!Not \\[T\\]"; "F") | gsub("!Not \\[F\\]"; "T")
    | gsub("!(And|Or) \\[(?<one>[TF])\\]"; .one)
    | gsub("!And \\[(T, *)*F(, *[TF])*\\]"; "F") | gsub("!And \\[T(, *T)*\\]"; "T")
    | gsub("!Or \\[(F, *)*T(, *[TF])*\\]"; "T") | gsub("!Or \\[F(, *F)*\\]"; "F");
  def is_met($conditions; $values; $name):
    $conditions[$name] // error("there is no condition \($name)")
    | gsub("!Equals \\[!Ref (?<parameter>\\w+), *\"?(?<value>[^\\]\"]*)\"?\\]";
        if ($values[.parameter] // "") == .value then "T" else "F" end)
    | gsub("!Condition (?<other>\\w+)"; if is_met($conditions; $values; .other) then "T" else "F" end)
    | until(. == simplify; simplify)
    | if . == "T" then true elif . == "F" then false else error("cannot evaluate the condition \($name): \(.)") end;
'

# Lambda would refuse the function in the middle of the deployment.
check_environment() {
  local size largest
  # shellcheck disable=SC2016
  jq --slurpfile values "$WORK/values" "$IS_MET"'
    .conditions as $conditions
    | [.variables[]
      | (.parameter != "" and (.condition == "" or is_met($conditions; $values[0]; .condition))) as $is_set
      | select($is_set or .otherwise != "NONE")
      # An ARN of a queue has at most 130 characters.
      | {key: .name, value: (if $is_set and .is_arn then "0" * 130 elif $is_set then $values[0][.parameter] // "" else .otherwise end)}]
    | { size: (from_entries | tojson | utf8bytelength),
        largest: (sort_by(.value | tojson | utf8bytelength) | reverse | .[:3]
          | map("\(.key) \(.value | tojson | utf8bytelength)") | join(", ")) }' "$WORK/template" >"$WORK/environment"
  size=$(jq .size "$WORK/environment")
  largest=$(jq -r .largest "$WORK/environment")
  [ "$size" -le "$ENVIRONMENT_LIMIT" ] ||
    die "the function's environment would be $size bytes, and Lambda takes $ENVIRONMENT_LIMIT, counted as JSON. \
The largest values in bytes: $largest" 2
}

# Lines "COUNT TYPE" of the resources that the stack has with WORK/values.
planned_resources() {
  # shellcheck disable=SC2016
  jq -r --slurpfile values "$WORK/values" "$IS_MET"'
    .conditions as $conditions
    | [.resources[]
        | select(.condition == "" or is_met($conditions; $values[0]; .condition))
        | .type | sub("^AWS::Serverless::"; "AWS::Lambda::")]
    | group_by(.)[] | "\(length) \(.[0])"' "$WORK/template"
}
