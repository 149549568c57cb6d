import Bridge
import CLibrary

exit(Bootstrap.run())
