# A bucket's notification configuration: merging our entries into it, telling whether two
# configurations mean the same, and finding entries that S3 would refuse together.

def lists: ["LambdaFunctionConfigurations", "QueueConfigurations", "TopicConfigurations"];

# Ids that start with $own are ours. Stack names have no dots, so stack "a" never owns those of "a-b".
def ours($own): (.Id // "") | startswith($own);

def entriesOf($own):
  [lists[] as $list | .[$list] // [] | .[] | select(ours($own))]
  | sort_by(.Id | ltrimstr($own) | (tonumber? // 0));

# S3 wants a space in a filter as + and every other special character percent-encoded.
def filterValue: @uri | gsub("%2F"; "/") | gsub("%20"; "+");

def rules($prefix; $suffix):
  [{Name: "prefix", Value: $prefix}, {Name: "suffix", Value: $suffix}
    | select(.Value != "") | .Value |= filterValue];

# The filter's rules as S3 means them. "Filter": {"Key": {}}, {} and none at all are no rules.
def rulesOf:
  [.Filter.Key.FilterRules // [] | .[] | .Name |= ascii_downcase | select(.Value != "")] | sort;

# Our entries' lists of rules, or null without an entry.
def filtersOf($own): entriesOf($own) | if . == [] then null else map(rulesOf) end;

# $target: ARN of a queue or a function; "eventbridge"; or "" to take ours away.
# $named: the filters, each a list of rules, and the event types; null keeps those of our entries.
def merge($own; $target; $named; $default_events):
  ($named.filters // filtersOf($own) // [[]]) as $filters
  | ($named.events // entriesOf($own)[0].Events // $default_events) as $events
  | reduce lists[] as $list (.;
      if has($list) then .[$list] |= map(select(ours($own) | not)) else . end)
  | if $target == "" then .
    elif $target == "eventbridge" then .EventBridgeConfiguration = {}
    else
      (if ($target | split(":")[2]) == "lambda"
        then ["LambdaFunctionConfigurations", "LambdaFunctionArn"]
        else ["QueueConfigurations", "QueueArn"] end) as [$list, $arn]
      | .[$list] += [
          range($filters | length) as $i
          | {Id: "\($own)\($i)", ($arn): $target, Events: $events}
            + (if $filters[$i] == [] then {} else {Filter: {Key: {FilterRules: $filters[$i]}}} end)
        ]
    end
  | with_entries(select(.value != []));

# S3 answers in its own order and spelling ("Prefix"), so compare what a configuration means.
def canonical:
  map_values(
    if type == "array" then
      map(
        .Events |= sort
        | rulesOf as $rules
        | if $rules == [] then del(.Filter) else .Filter.Key.FilterRules = $rules end
      ) | sort_by(.Id, .)
    else . end)
  | with_entries(select(.value != []));

def inWords:
  map(if . == [] then "every key" else map("\(.Name) \"\(.Value)\"") | join(" ") end) | join(", ");

# Would one of the filters, each a list of rules, let a log file through?
def letsLogThrough($log_prefix; $ending):
  def value($name): [.[] | select(.Name == $name).Value][0] // "";
  ($log_prefix | filterValue) as $logs
  | ($ending | filterValue) as $tail
  | any(.[]; value("prefix") as $prefix | value("suffix") as $suffix
      | (($logs | startswith($prefix)) or ($prefix | startswith($logs)))
        and ($suffix == "" or ($tail != "" and (($tail | endswith($suffix)) or ($suffix | endswith($tail))))));

# S3 refuses two entries that can match one key for one event type.
def conflicts($own):
  def rule($name): [.Filter.Key.FilterRules[]? | select(.Name | ascii_downcase == $name).Value][0] // "";
  def eventsMeet($a; $b):
    ($a | rtrimstr("*")) as $x | ($b | rtrimstr("*")) as $y
    | $a == $b
      or (($a | endswith("*")) and ($b | startswith($x)))
      or (($b | endswith("*")) and ($a | startswith($y)));
  def prefixesMeet($a; $b): ($a | startswith($b)) or ($b | startswith($a));
  def suffixesMeet($a; $b): ($a | endswith($b)) or ($b | endswith($a));
  [lists[] as $list | .[$list] // [] | .[]] as $all
  | [$all[] | select(ours($own))] as $own_entries
  | [
      $own_entries[] as $mine
      | $all[] | select(.Id != $mine.Id) as $other
      | select(any($mine.Events[] as $a | $other.Events[] as $b | eventsMeet($a; $b); .))
      | select(prefixesMeet($mine | rule("prefix"); $other | rule("prefix")))
      | select(suffixesMeet($mine | rule("suffix"); $other | rule("suffix")))
      | "  \($other.Id // "(no id)") -> \($other.LambdaFunctionArn // $other.QueueArn // $other.TopicArn)"
        + " prefix \"\($other | rule("prefix"))\" suffix \"\($other | rule("suffix"))\""
    ] | unique[];
