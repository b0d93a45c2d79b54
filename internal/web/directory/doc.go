// Package directory has the pages of the directory.
package directory
