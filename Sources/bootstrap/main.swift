import Bridge
import CLibrary
import CStart

exit(Bootstrap.run())
