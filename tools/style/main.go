// Command style prints the places that lie furthest from how the rest of the code is written. It never fails: people judge
// the list, archtest holds what is not a matter of taste.
package main

import (
	"fmt"
	"os"

	"tocsin/internal/archtest"
)

func main() {
	root, err := archtest.Root()
	if err == nil {
		var tree *archtest.Tree
		if tree, err = archtest.Load(os.DirFS(root)); err == nil {
			fmt.Println("style, furthest outliers (for people to judge):")
			archtest.PrintStyle(os.Stdout, archtest.Style(tree))
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "style:", err)
		os.Exit(1)
	}
}
