"""A local service that speaks as the publishers' do, for the tests of every client."""
