// `bootstrap` with a root of the benchmark's own beside Amazon's, so that its way of trusting can
// be measured over loopback. BENCH_ROOT names the certificate, in DER; BENCH_UNPREPARED leaves out
// what is done during init.
import Bridge
import CLibrary
import HTTPTransport

var certificate: [UInt8] = []
if let path = getenv("BENCH_ROOT"), let file = fopen(path, "rb") {
  var piece = [UInt8](repeating: 0, count: 65_536)
  let count = fread(&piece, 1, piece.count, file)
  fclose(file)
  certificate = Array(piece.prefix(count))
}
let certificates = FirstRoots.amazon.certificates + [certificate]
exit(
  Bootstrap.run(
    firstRoots: FirstRoots(certificates: certificates, hosts: ["localhost"]),
    prepares: getenv("BENCH_UNPREPARED") == nil))
