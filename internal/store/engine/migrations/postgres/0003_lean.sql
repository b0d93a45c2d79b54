-- Deliveries are looked up by message: nobody asks for those of a stream without knowing its messages.
DROP INDEX delivery_stream;
