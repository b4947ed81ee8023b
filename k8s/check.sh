#!/bin/sh
# Checks the chart with whatever of helm, kubeconform and kubernetes-validate is installed, and names what was
# not run. Fails if a check that ran failed.
#   go install helm.sh/helm/v3/cmd/helm@v3.17.3
#   go install github.com/yannh/kubeconform/cmd/kubeconform@v0.6.7
#   pip install kubernetes-validate        (brings the schemas of Kubernetes)
# KUBERNETES_SCHEMAS: kubeconform's -schema-location where it may not download them; schemas in one file each.
set -u
cd "$(dirname "$0")" || exit 2
version=1.33.0
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=0

run() {
  echo "run     $*"
  "$@" || failed=1
}

refused() {
  if helm template sterna sterna --kube-version $version --set "$1" >/dev/null 2>&1; then
    echo "failed  the values' schema lets $1 pass"
    failed=1
  else echo "refused $1, as it must be"; fi
}

if ! command -v helm >/dev/null; then
  echo "skipped everything: helm is not installed"
  exit 0
fi

for values in sterna/values.yaml sterna/ci/full-values.yaml; do
  name=$(basename "$values" .yaml)
  run helm lint --strict --quiet --kube-version $version sterna -f "$values"
  echo "run     helm template with $values"
  helm template sterna sterna --kube-version $version -f "$values" >"$out/$name.yaml" || failed=1
done
refused queueType=stream
refused imapReader.autoscaling.kind=vpa
refused imapReader.slotz=3
refused terminationGracePeriodSeconds=5
refused secrets.keyring.name=

if command -v kubeconform >/dev/null; then
  run kubeconform -strict -summary -kubernetes-version $version \
    -schema-location "${KUBERNETES_SCHEMAS:-default}" -skip ScaledObject,TriggerAuthentication "$out"
  echo "skipped ScaledObject and TriggerAuthentication: the schemas of KEDA are not at hand"
else echo "skipped kubeconform: not installed"; fi

if command -v kubernetes-validate >/dev/null; then
  echo "run     helm template without the objects of KEDA"
  helm template sterna sterna --kube-version $version -f sterna/ci/full-values.yaml \
    --set imapReader.autoscaling.kind=hpa >"$out/without-keda.yaml" || failed=1
  run kubernetes-validate --strict --quiet -k 1.33 "$out/values.yaml" "$out/without-keda.yaml"
else echo "skipped kubernetes-validate: not installed"; fi

echo "skipped an installation: there is no cluster"
exit $failed
