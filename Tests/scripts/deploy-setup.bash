# shellcheck shell=bash
# shellcheck disable=SC2034  # what is set here is for the tests
# A copy of the scripts in a folder of its own, beside a fake `aws` with a memory.
# DEPLOY_SOURCE: the checkout to test (mutate-deploy.py names a changed copy).

setup_deploy() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  local source=${DEPLOY_SOURCE:-$BATS_TEST_DIRNAME/../..}
  export FAKE=$BATS_TEST_TMPDIR RETRY_SECONDS=0
  REPO="$FAKE/a checkout"
  mkdir -p "$FAKE/bin" "$REPO/.build/lambda"
  cp -R "$source/scripts" "$source/template.yaml" "$source/LICENSE" "$source/README.md" "$REPO/"
  echo zip >"$REPO/.build/lambda/bootstrap.zip"
  echo arm64 >"$REPO/.build/lambda/architecture"
  ln -s "$(python3 -c 'import sys; print(sys.executable)')" "$FAKE/bin/python3"
  ln -s "$BATS_TEST_DIRNAME/fake/aws" "$FAKE/bin/aws"
  PATH="$FAKE/bin:/usr/bin:/bin"
  unset AWS_REGION AWS_DEFAULT_REGION AWS_PROFILE
  cat >"$FAKE/state.json" <<'JSON'
{"account": "111122223333", "arn": "arn:aws:iam::111122223333:user/deployer", "stacks": {}, "policy": null,
 "buckets": {"www.example.com": {}, "assets": {}},
 "distributions": {"E2EXAMPLE": {"origins": ["www.example.com.s3.eu-west-1.amazonaws.com", "assets.s3.amazonaws.com"]}},
 "faults": {}}
JSON
  : >"$FAKE/calls"
}

# The script as a user runs it on one bucket, without SAM CLI.
deploy() { run "$REPO/scripts/deploy.sh" --yes --artifact-bucket packages --bucket www.example.com "$@"; }
other() { run "$REPO/scripts/deploy.sh" --yes --artifact-bucket packages --bucket assets "$@"; }
with_sam() { ln -s "$BATS_TEST_DIRNAME/fake/sam" "$FAKE/bin/sam"; }

set_state() { # jq program
  jq "$1" "$FAKE/state.json" >"$FAKE/new" && mv "$FAKE/new" "$FAKE/state.json"
}
state() { jq -c "$1" "$FAKE/state.json"; }
notification() { jq -cS ".buckets[\"${2:-www.example.com}\"].notification | ${1:-.}" "$FAKE/state.json"; }
parameter() { jq -r --arg k "$1" ".stacks[\"${2:-s3-cloudfront-bridge}\"].Parameters[] | select(.ParameterKey == \$k).ParameterValue" "$FAKE/state.json"; }
calls() { grep -cE -- "$1" "$FAKE/calls" || true; }
forget_calls() { : >"$FAKE/calls"; }
# Calls that change something on AWS.
changes() { calls '(put-bucket|add-permission|remove-permission|update-stack|cloudformation (deploy|package)|^sam )'; }
QUEUE=arn:aws:sqs:eu-west-1:111122223333:s3-cloudfront-bridge-q
FUNCTION=arn:aws:lambda:eu-west-1:111122223333:function:s3-cloudfront-bridge-f
OTHERS='{"EventBridgeConfiguration":{},"LambdaFunctionConfigurations":[{"Events":["s3:ObjectTagging:*"],"Id":"l","LambdaFunctionArn":"arn:aws:lambda:eu-west-1:1:function:l"}],"QueueConfigurations":[{"Events":["s3:ObjectAcl:Put"],"Id":"q","QueueArn":"arn:aws:sqs:eu-west-1:1:q"}],"TopicConfigurations":[{"Events":["s3:ObjectRestore:*"],"Filter":{"Key":{"FilterRules":[{"Name":"prefix","Value":"in/"}]}},"Id":"t","TopicArn":"arn:aws:sns:eu-west-1:1:t"}]}'
